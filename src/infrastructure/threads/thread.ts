import { Worker } from 'node:worker_threads';

/** One of this process's threads: the name of an entry point that answers calls (serve-calls.ts). */
export type ThreadName = 'curve-thread' | 'sql-writer-thread';

export interface Call {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

/** Errors lose their class on the way; their name says which it was. */
export interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string };
}

/** What a call failed with in the thread, or that the thread has ended. */
class ThreadError extends Error {
  constructor(
    override readonly name: string,
    message: string,
    options: ErrorOptions = {},
  ) {
    super(message, options);
  }
}

interface Waiting {
  // What the thread answers is what its caller says it is: they are two sides of one file each (sql-writer.ts, curve-threads.ts).
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly resolve: (value: any) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that answers calls, several at a time. What goes in and comes out is copied: plain data. */
export class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #failure: Error | null = null;
  #last = 0;
  #closing = false;

  /** @param onFailure told once, where it ends before it is closed: whatever it was for cannot be done any more */
  constructor(name: ThreadName, data: unknown, onFailure: (error: Error) => void) {
    this.#worker = start(name, data);
    this.#worker.on('message', (reply: Reply) => {
      this.#settle(reply);
    });
    let cause: unknown;
    this.#worker.once('error', (error) => {
      cause = error;
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#failure = new ThreadError('ThreadEnded', `the thread ${name} has ended`, { cause });
        for (const { reject } of this.#waiting.values()) reject(this.#failure);
        this.#waiting.clear();
        if (!this.#closing) onFailure(this.#failure);
        resolve();
      });
    });
  }

  /** @throws {ThreadError} */
  call<Answer>(method: string, argument: unknown): Promise<Answer> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const call: Call = { id: ++this.#last, method, argument };
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(call.id, { resolve, reject });
      this.#worker.postMessage(call);
    });
  }

  /** What was called before is answered first. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#failure === null) this.#worker.postMessage({ id: 0, method: 'close', argument: null } satisfies Call);
    await this.#ended;
  }

  #settle({ id, value, error }: Reply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else {
      const failure = new ThreadError(error.name, error.message);
      failure.stack = error.stack;
      waiting?.reject(failure);
    }
  }
}

/** Beside the bundle that this is a part of; from the sources (tests, `npm run dev`) by the loader that is there for these alone. */
function start(name: ThreadName, data: unknown): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL(`./${name}.js`, import.meta.url), { workerData: data });
  const url = JSON.stringify(new URL(`../entry-points/${name}.ts`, import.meta.url).href);
  const source = `import('tsx/esm/api').then(({ tsImport }) => tsImport(${url}, ${url}))`;
  return new Worker(source, { eval: true, workerData: data });
}
