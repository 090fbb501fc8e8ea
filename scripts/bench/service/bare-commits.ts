import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

const COMMITS = 200;
const ROW_BYTES = 1_000;

/** What a commit of one row costs with nothing around it, as this service's database does it (WAL, an fsync each), in this folder: ms each. */
export function bareCommits(folder: string): readonly number[] {
  const file = join(folder, 'bare-commits.sqlite');
  const database = new Database(file);
  try {
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, filler BLOB NOT NULL)');
    const insert = database.prepare('INSERT INTO rows (filler) VALUES (?)');
    const filler = Buffer.alloc(ROW_BYTES, 1);
    return Array.from({ length: COMMITS }, () => {
      const begin = performance.now();
      insert.run(filler);
      return performance.now() - begin;
    });
  } finally {
    database.close();
    for (const ending of ['', '-wal', '-shm']) rmSync(file + ending, { force: true });
  }
}
