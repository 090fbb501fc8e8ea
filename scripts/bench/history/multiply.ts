import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import type { Address } from '../../../src/domain/primitives.ts';
import { cloneStatement, uuidAt } from './clones.ts';

/** What a start makes anew for its chain: the past is of another one. */
const OF_THE_CHAIN = ['blocks', 'chains', 'signers', 'leases', 'outbox'];
const SPREAD_OVER_MS = 6 * 60 * 60 * 1_000;

/**
 * Makes `rows` confirmed transactions out of those in the file, all tables alike, and takes away what it knows of their chain. Ids, hashes, nonces and
 * times are new; sealed fields are copies of real ones, so as large as they are, and open under no name but their first. How many of each signer there are.
 */
export function multiply(file: string, rows: number): ReadonlyMap<Address, number> {
  const database = new Database(file, { fileMustExist: true });
  try {
    // Nothing to lose here: a file that is cut off half-way is made again.
    for (const pragma of ['journal_mode = OFF', 'synchronous = OFF', 'cache_size = -1048576', 'temp_store = MEMORY'])
      database.pragma(pragma);
    const originals = database
      .prepare("SELECT id, signer, created_at AS createdAt FROM transactions WHERE status = 'confirmed' ORDER BY id")
      .all() as Original[];
    const counts = noteClones(database, originals, rows - originals.length);
    for (const table of tablesOf(database)) {
      const sql = cloneStatement(table, columnsOf(database, table));
      if (sql !== null) database.exec(sql);
    }
    database.exec('DROP TABLE clones');
    for (const table of OF_THE_CHAIN) database.exec(`DELETE FROM ${table}`);
    database.pragma('journal_mode = WAL');
    const found = database.prepare("SELECT count(*) FROM transactions WHERE status = 'confirmed'").pluck().get();
    if (found !== rows) throw new Error(`${String(found)} rows in place of ${rows}`);
    return counts;
  } finally {
    database.close();
  }
}

interface Original {
  readonly id: string;
  readonly signer: Address;
  readonly createdAt: number;
}

function noteClones(
  database: Database.Database,
  originals: readonly Original[],
  clones: number,
): ReadonlyMap<Address, number> {
  database.exec(
    'CREATE TEMP TABLE clones (number INTEGER PRIMARY KEY, original TEXT, new_id TEXT, new_hash TEXT, nonce INTEGER, earlier_ms INTEGER)',
  );
  const insert = database.prepare('INSERT INTO clones VALUES (?, ?, ?, ?, ?, ?)');
  const next = new Map<Address, number>();
  for (const { signer } of originals) next.set(signer, (next.get(signer) ?? 0) + 1);
  const write = database.transaction(() => {
    for (let n = 0; n < clones; n++) {
      const { id, signer, createdAt } = originals[n % originals.length] as Original;
      const nonce = next.get(signer) ?? 0;
      next.set(signer, nonce + 1);
      const earlierMs = 1_000 + Math.floor(((clones - n) / clones) * SPREAD_OVER_MS);
      const newId = uuidAt(createdAt - earlierMs, randomBytes(9));
      insert.run(n, id, newId, `0x${randomBytes(32).toString('hex')}`, nonce, earlierMs);
    }
  });
  write();
  return next;
}

const tablesOf = (database: Database.Database): readonly string[] =>
  database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .pluck()
    .all() as string[];

const columnsOf = (database: Database.Database, table: string): readonly string[] =>
  database.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as string[];
