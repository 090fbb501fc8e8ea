import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { NUMBERED, type Numbered, type NumbersGiven } from '../../adapters/outbound/sql/backup/numbers.ts';
import { StartRefused } from '../server/start-refused.ts';

/** How long another process may keep the database from being looked at. */
const WAIT_MS = 1_000;

/** Of the database that is to be replaced, without changing it; of one that is lost or damaged nothing is known. */
export function numbersGiven(path: string): NumbersGiven {
  if (!existsSync(path)) return {};
  let present: Database.Database | undefined;
  try {
    present = new Database(path, { readonly: true, fileMustExist: true, timeout: WAIT_MS });
    const rows = present.prepare('SELECT name, seq FROM sqlite_sequence').all() as { name: Numbered; seq: number }[];
    const sound = rows.filter(({ name, seq }) => NUMBERED.includes(name) && Number.isSafeInteger(seq));
    return Object.fromEntries(sound.map(({ name, seq }) => [name, seq]));
  } catch (error) {
    if (error instanceof Database.SqliteError) return {};
    throw error;
  } finally {
    present?.close();
  }
}

/**
 * Nobody may have the present one open; what its log holds goes into it. One that is damaged is kept as it is, log and all.
 * @throws {StartRefused}
 */
export function endLog(path: string): void {
  if (!existsSync(path)) return;
  let present: Database.Database | undefined;
  try {
    present = new Database(path, { fileMustExist: true, timeout: WAIT_MS });
    present.pragma('journal_mode = DELETE');
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY'))
      throw new StartRefused(`another process has ${path} open: stop it first`);
  } finally {
    present?.close();
  }
}
