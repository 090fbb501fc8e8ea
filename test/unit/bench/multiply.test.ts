import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uuidAt } from '../../../scripts/bench/history/clones.ts';
import { multiply } from '../../../scripts/bench/history/multiply.ts';

const CHAIN_TABLES = ['blocks', 'chains', 'signers', 'leases', 'outbox'];
const NOW = 1_700_000_000_000;
let folder: string;
let file: string;
let database: Database.Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'multiply-'));
  file = join(folder, 'database.sqlite');
  database = new Database(file);
  database.exec(
    "CREATE TABLE transactions (id TEXT PRIMARY KEY, signer TEXT, status TEXT DEFAULT 'confirmed', held_nonce INTEGER, attempt_hash TEXT UNIQUE, created_at INTEGER);" +
      'CREATE TABLE attempts (hash TEXT PRIMARY KEY, holder_id TEXT, nonce INTEGER, signed_at INTEGER, published_at INTEGER);' +
      'CREATE TABLE events (sequence INTEGER PRIMARY KEY, transaction_id TEXT, type TEXT);' +
      CHAIN_TABLES.map((name) => `CREATE TABLE ${name} (x INTEGER); INSERT INTO ${name} VALUES (1);`).join(''),
  );
  for (const [n, signer] of ['a', 'b'].entries()) {
    database.exec(`INSERT INTO transactions (id, signer, attempt_hash, created_at) VALUES ('t${n}', '${signer}', 'h${n}', ${NOW});
      INSERT INTO attempts VALUES ('h${n}', 't${n}', 0, ${NOW}, NULL);
      INSERT INTO events (transaction_id, type) VALUES ('t${n}', 'Accepted'), ('t${n}', 'Confirmed');`);
  }
  database.close();
  multiply(file, 10);
  database = new Database(file);
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const all = (sql: string): readonly unknown[] => database.prepare(sql).pluck().all();

describe('a past made of a few transactions', () => {
  it('copies every row of a transaction, with a hash that its attempt has too', () => {
    expect(
      all('SELECT count(*) FROM transactions t JOIN attempts a ON a.holder_id = t.id AND a.hash = t.attempt_hash'),
    ).toEqual([10]);
    expect(all('SELECT DISTINCT group_concat(type) FROM events GROUP BY transaction_id')).toEqual([
      'Accepted,Confirmed',
    ]);
    expect(all('SELECT count(DISTINCT transaction_id) FROM events')).toEqual([10]);
  });

  it('gives each signer its nonces without a hole, and none where there was none', () => {
    const sql = "SELECT nonce FROM attempts JOIN transactions t ON t.id = holder_id WHERE signer = 'b' ORDER BY nonce";
    expect(all(sql)).toEqual([0, 1, 2, 3, 4]);
    expect(all('SELECT held_nonce FROM transactions WHERE held_nonce IS NOT NULL')).toEqual([]);
    expect(all('SELECT published_at FROM attempts WHERE published_at IS NOT NULL')).toEqual([]);
  });

  it('puts the copies before their originals, by time and by id', () => {
    expect(all('SELECT id FROM transactions ORDER BY created_at DESC LIMIT 2')).toEqual(
      expect.arrayContaining(['t0', 't1']),
    );
    expect(uuidAt(NOW, Buffer.alloc(9, 0xff)) < uuidAt(NOW + 1, Buffer.alloc(9))).toBe(true);
    expect(uuidAt(NOW, Buffer.alloc(9))).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7000-8000-0{12}$/);
  });

  it('forgets the chain, so that a start makes it anew', () => {
    for (const table of CHAIN_TABLES) expect(all(`SELECT * FROM ${table}`)).toEqual([]);
  });
});
