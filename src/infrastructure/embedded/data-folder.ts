import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

const LOCK_FILE = 'lock.sqlite';
/** A server that was killed a moment ago may still be on its way out. */
const PATIENCE_MS = 1000;

/** The folder of one running server, until `release`. */
export interface DataFolder {
  readonly path: string;
  release(): void;
}

export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
  constructor(path: string) {
    super(`Another server is running on the data folder ${path}. Stop it, or give this one a DATA_DIR of its own.`);
  }
}

export class DataFolderUnusable extends Error {
  override readonly name = 'DataFolderUnusable';
  constructor(path: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`The data folder ${path} cannot be used: ${reason}`, { cause });
  }
}

/**
 * Makes the folder where it is missing (mode 0700) and locks it for this process.
 *
 * The lock is the system's own on an empty SQLite file: it ends with the process however that dies, so there is no stale one to judge by
 * a process number, which a zombie keeps and a restarted container hands out again. Nothing else in this process may open that file:
 * closing a second handle would drop a POSIX lock.
 * @param path absolute
 * @throws {DataFolderInUse} another process holds it
 * @throws {DataFolderUnusable} it cannot be made or written
 */
export function openDataFolder(path: string): DataFolder {
  let lock: Database.Database | undefined;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    lock = new Database(join(path, LOCK_FILE), { timeout: PATIENCE_MS });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) throw new DataFolderInUse(path);
    throw new DataFolderUnusable(path, error);
  }
  const held = lock;
  return { path, release: () => held.close() };
}
