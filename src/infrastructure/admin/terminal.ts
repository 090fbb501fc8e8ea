/** Where a command talks to who gave it. */
export interface Terminal {
  /** A line, or several, of the answer. */
  say(text: string): void;
}

export const processTerminal: Terminal = {
  say: (text) => void process.stdout.write(`${text}\n`),
};
