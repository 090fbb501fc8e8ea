import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Where a command talks to who gave it. */
export interface Terminal {
  /** A line, or several, of the answer. */
  say(text: string): void;
  /**
   * What must not stand in the list of processes or the history of a shell: typed without being shown, or the next line of what is piped
   * in; null where there is none.
   */
  askSecret(prompt: string): Promise<string | null>;
}

export const processTerminal: Terminal = {
  say: (text) => void process.stdout.write(`${text}\n`),
  async askSecret(prompt) {
    const { stdin, stderr } = process;
    const shown = stdin.isTTY;
    if (shown) stderr.write(prompt);
    const silent = new Writable({
      write: (_chunk, _encoding, done) => {
        done();
      },
    });
    const lines = createInterface({ input: stdin, output: silent, terminal: shown });
    try {
      for await (const line of lines) return line;
      return null;
    } finally {
      lines.close();
      if (shown) stderr.write('\n');
    }
  },
};
