import { existsSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './write-atomically.ts';

/** How the names of what one start keeps end: a database and its chain's state have the same, so that they are found together. */
export const asideSuffix = (now: Date): string => `.${now.toISOString().replace(/[-:.]/g, '')}.old`;

/**
 * Keeps a file under another name beside its place: `broadcaster.sqlite.20260102T030405678Z.old`.
 * @returns its new path; null where there is none
 */
export function moveAside(path: string, suffix: string): string | null {
  if (!existsSync(path)) return null;
  renameSync(path, path + suffix);
  syncFolder(dirname(path));
  return path + suffix;
}

/**
 * Keeps a database that nobody has open, with its write-ahead log under the name by which SQLite finds it there. The main file goes first:
 * SQLite drops a log that has no database, but a database without its log is an older one.
 * @returns its new path; null where there is none
 */
export function moveDatabaseAside(path: string, suffix: string): string | null {
  const aside = moveAside(path, suffix);
  if (aside === null) return null;
  for (const end of ['-wal', '-shm']) if (existsSync(path + end)) renameSync(path + end, aside + end);
  syncFolder(dirname(path));
  return aside;
}
