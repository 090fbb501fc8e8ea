import { StartRefused } from '../server/start-refused.ts';
import { FAILPOINTS, type FailpointName } from './failpoint-names.ts';

export class UnknownFailpoint extends StartRefused {
  constructor(text: string) {
    super(`FAILPOINT is ${JSON.stringify(text)}: name or name:n (n from 1 on), one of ${FAILPOINTS.join(', ')}`);
  }
}

/** The one place at which this process is to die, and at which passing of it. */
export class Failpoint {
  readonly #name: FailpointName;
  #left: number;
  readonly #die: () => void;

  constructor(name: FailpointName, passing: number, die: () => void = dieAtOnce) {
    this.#name = name;
    this.#left = passing;
    this.#die = die;
  }

  /** Called wherever a failpoint stands; does not return from the passing that was asked for. */
  pass(name: FailpointName): void {
    if (name !== this.#name) return;
    this.#left -= 1;
    if (this.#left === 0) this.#die();
  }
}

/**
 * `FAILPOINT=name[:n]`; null where it is not set.
 * @throws {UnknownFailpoint} a suite that waits for a crash which cannot come would wait in vain
 */
export function readFailpoint(text: string | undefined, die?: () => void): Failpoint | null {
  if (text === undefined) return null;
  const [, given, passing] = /^([^:]+)(?::([1-9]\d{0,5}))?$/.exec(text) ?? [];
  const name = FAILPOINTS.find((known) => known === given);
  if (name === undefined) throw new UnknownFailpoint(text);
  return new Failpoint(name, Number(passing ?? 1), die);
}

/** As `kill -9` does it: nothing more runs, no exit handler either. The signal may take a moment, and not a line is to follow. */
function dieAtOnce(): void {
  process.kill(process.pid, 'SIGKILL');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
