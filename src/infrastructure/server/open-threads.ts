import { availableParallelism } from 'node:os';
import type { Config } from '../config/config.ts';
import { startCurveThreads, type CurveThreads } from '../threads/curve-threads.ts';
import { startSqlWriter, type SqlWriter } from '../threads/sql-writer.ts';
import type { Resources } from './open-resources.ts';
import type { Opened } from './opened.ts';

/** More have nothing to do: what is left on the main thread takes about as long for a transaction as two signatures. */
const MOST_CURVE_THREADS = 2;

/** Told what the server cannot go on without, and that it has ended: `a thread that …`. */
export type Fail = (what: string) => void;

const told = ({ message, cause }: Error): string => (cause instanceof Error ? `${message}: ${cause.message}` : message);

/** One core is left to everything else. */
export function openCurveThreads({ log }: Pick<Resources, 'log'>, opened: Opened, fail: Fail): CurveThreads {
  const curve = startCurveThreads(Math.min(availableParallelism() - 1, MOST_CURVE_THREADS), (error) => {
    log.error({ error: told(error) }, 'a thread that signs has ended; the server ends with it');
    fail('a thread that signs');
  });
  opened.add(() => curve.close());
  return curve;
}

/** Null for a database in memory, which has one connection. A server whose writing thread has ended can record nothing any more. */
export function openSqlWriter(
  { database }: Pick<Config, 'database'>,
  { log }: Pick<Resources, 'log'>,
  opened: Opened,
  fail: Fail,
): SqlWriter | null {
  if (database.kind === 'memory') return null;
  const writer = startSqlWriter(database.path, (error) => {
    log.error({ error: told(error) }, 'the thread that writes the database has ended; the server ends with it');
    fail('the thread that writes the database');
  });
  opened.add(() => writer.close());
  return writer;
}
