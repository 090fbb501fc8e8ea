import { existsSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './write-atomically.ts';

/**
 * Keeps a database that nobody has open under another name beside its place: `broadcaster.sqlite.20260102T030405678Z.old`, with its write-ahead
 * log under the name by which SQLite finds it there. The main file goes first: SQLite drops a log that has no database, but a database
 * without its log is an older one.
 * @returns its new path; null where there is none
 */
export function moveDatabaseAside(path: string, now: Date): string | null {
  if (!existsSync(path)) return null;
  const aside = `${path}.${now.toISOString().replace(/[-:.]/g, '')}.old`;
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  syncFolder(dirname(path));
  return aside;
}
