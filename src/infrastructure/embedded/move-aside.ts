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

/** What SQLite takes for a part of any database that lies beside it. */
const LOGS = ['-wal', '-shm', '-journal'];

/**
 * Keeps a database that nobody has open, with its logs under the names by which SQLite finds them there. The main file goes first: SQLite drops
 * a log that has no database, but a database without its log is an older one. A log goes also where there is no database any more, as where this
 * was cut off: it would be played into the next one that gets the name.
 * @returns its new path, or that of its log where that is all that is left; null where there is none
 */
export function moveDatabaseAside(path: string, suffix: string): string | null {
  const aside = path + suffix;
  const kept = ['', ...LOGS].filter((end) => existsSync(path + end));
  for (const end of kept) renameSync(path + end, aside + end);
  if (kept.length > 0) syncFolder(dirname(path));
  return kept[0] === undefined ? null : aside + kept[0];
}
