import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Client } from './client.ts';
import { RECORD_INVARIANTS } from '../record-invariants.ts';
import { insist, type ViolationKind } from './violation.ts';

/** Rows that must not be there any more when everything is finished. */
const LEFT: readonly (readonly [what: string, sql: string])[] = [
  ['a nonce is held', 'SELECT * FROM held_nonces'],
  ['an attempt is live', `SELECT hash, holder_id FROM attempts WHERE outcome = 'live'`],
  ['a filler is open', `SELECT id, status FROM fillers WHERE status NOT IN ('done', 'lost')`],
  ['a failure is open', `SELECT transaction_id FROM failures WHERE state <> 'resolved'`],
];

/** What the database file says, while no server has it open. */
export function expectRecord(dataDir: string, when: 'always' | 'finished', client: Client): void {
  const database = new Database(join(dataDir, 'broadcaster.sqlite'), { readonly: true, fileMustExist: true });
  try {
    const rows = (sql: string): readonly unknown[] => database.prepare(sql).all();
    const check = database.pragma('integrity_check', { simple: true });
    insist(check === 'ok', 'contradiction', `the database is damaged: ${String(check)}`);
    // Killed before it had made its tables.
    if (rows(`SELECT 1 FROM sqlite_master WHERE name = 'audit'`).length === 0) return;
    const none = (kind: ViolationKind, what: string, sql: string): void => {
      const found = rows(sql);
      insist(found.length === 0, kind, `${what}: ${JSON.stringify(found.slice(0, 3))}`);
    };
    for (const [what, sql] of RECORD_INVARIANTS) none('contradiction', what, sql);
    for (const [what, sql] of when === 'finished' ? LEFT : []) none('stuck', what, sql);
    const ids = rows('SELECT id FROM transactions').map((row) => (row as { id: string }).id);
    for (const id of client.ids.values()) insist(ids.includes(id), 'lost', `${id} was accepted and is not on record`);
    if (when === 'finished')
      insist(ids.length === client.wishes.length, 'doubled', `${client.wishes.length} keys, ${ids.length} rows`);
  } finally {
    database.close();
  }
}
