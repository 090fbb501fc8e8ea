import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Config } from '../config/config.ts';

/**
 * Whether this database holds what only its key opens: then no new key may be made for it. One that is there but cannot be read may hold
 * that as well; one without data keys is new, whoever made the file.
 */
export function isSealed(database: Config['database']): boolean {
  if (database.kind === 'memory' || !existsSync(database.path)) return false;
  let file: Database.Database | undefined;
  try {
    file = new Database(database.path, { readonly: true, fileMustExist: true });
    const tables = file.prepare("SELECT 1 FROM sqlite_master WHERE name = 'data_keys'").all();
    return tables.length > 0 && file.prepare('SELECT 1 FROM data_keys LIMIT 1').all().length > 0;
  } catch {
    return true;
  } finally {
    file?.close();
  }
}
