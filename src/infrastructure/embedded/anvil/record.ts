import { readFileSync } from 'node:fs';
import { writeAtomically } from '../write-atomically.ts';
import type { AnvilProcess } from './processes.ts';
import { addressOf } from './rpc.ts';

/** What a data folder says of the Anvil that ran last, for people and for the next start. */
interface AnvilRecord {
  readonly port: number | null;
  readonly pid: number | null;
  /** It was told to write its state and end. It may answer yet, but not for long. */
  readonly ending: boolean;
}

/** As good as none where it cannot be read: nothing depends on it that could not be found out otherwise. */
export function readRecord(path: string): AnvilRecord {
  const isBelow = (value: unknown, end: number): value is number =>
    Number.isInteger(value) && Number(value) > 0 && Number(value) < end;
  try {
    const { port, pid, ending } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    return {
      port: isBelow(port, 65_536) ? port : null,
      pid: isBelow(pid, 2 ** 31) ? pid : null,
      ending: ending === true,
    };
  } catch {
    return { port: null, pid: null, ending: false };
  }
}

export function writeRecord(path: string, { pid, port }: AnvilProcess, ending: boolean): void {
  writeAtomically(
    path,
    `${JSON.stringify({ url: addressOf(port), port, pid, ...(ending ? { ending } : {}) }, null, 2)}\n`,
  );
}
