import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Client } from './client.ts';
import { insist, Violation, type ViolationKind } from './violation.ts';

type Forbidden = readonly [kind: ViolationKind, what: string, sql: string];

/** Rows that must not be there at any instant (docs/reliability.md). */
const ALWAYS: readonly Forbidden[] = [
  [
    'doubled',
    'the live attempts of a row have two nonces',
    `SELECT holder_id FROM attempts WHERE outcome = 'live' GROUP BY holder_id HAVING count(DISTINCT nonce) > 1`,
  ],
  [
    'contradiction',
    'a held nonce is not that of the live attempts',
    `SELECT t.id, t.held_nonce, a.nonce FROM transactions t JOIN attempts a ON a.holder_id = t.id AND a.outcome = 'live'
     WHERE t.held_nonce <> a.nonce OR t.live_nonce IS NOT a.nonce`,
  ],
  [
    'contradiction',
    'the row and held_nonces do not say the same',
    `SELECT t.id, t.held_nonce, h.nonce FROM transactions t LEFT JOIN held_nonces h ON h.holder_id = t.id WHERE t.held_nonce IS NOT h.nonce`,
  ],
  [
    'contradiction',
    'a nonce is held by nobody that there is',
    `SELECT h.holder_id, h.nonce FROM held_nonces h LEFT JOIN transactions t ON t.id = h.holder_id
     LEFT JOIN fillers f ON f.id = h.holder_id AND f.nonce = h.nonce AND f.status IN ('reserved', 'open', 'included')
     WHERE t.id IS NULL AND f.id IS NULL`,
  ],
  [
    'contradiction',
    'a row that is not open holds a nonce',
    `SELECT id, status FROM transactions WHERE held_nonce IS NOT NULL AND status NOT IN ('queued', 'signed', 'broadcast', 'included')`,
  ],
  [
    'contradiction',
    'a finished row has a live attempt',
    `SELECT t.id, t.status FROM transactions t JOIN attempts a ON a.holder_id = t.id AND a.outcome = 'live'
     WHERE t.status IN ('confirmed', 'reverted', 'cancelled', 'expired')`,
  ],
  [
    'doubled',
    'two attempts of a row count as mined',
    `SELECT holder_id FROM attempts WHERE outcome IN ('confirmed', 'reverted') GROUP BY holder_id HAVING count(*) > 1`,
  ],
  [
    'contradiction',
    'a signed row has no bytes',
    `SELECT t.id, t.status FROM transactions t LEFT JOIN attempts a ON a.hash = t.attempt_hash
     WHERE t.status IN ('signed', 'broadcast', 'included') AND (a.hash IS NULL OR a.holder_id <> t.id)`,
  ],
  [
    'stuck',
    'an open row waits for nothing, and nothing will wake it',
    `SELECT id, status FROM transactions WHERE status IN ('queued', 'broadcast') AND due_at IS NULL`,
  ],
  [
    'contradiction',
    'the timeline does not end at the status',
    `SELECT t.id, t.status, e.to_status FROM transactions t
     JOIN events e ON e.sequence = (SELECT max(sequence) FROM events WHERE transaction_id = t.id) WHERE e.to_status <> t.status`,
  ],
  [
    'contradiction',
    'the timeline has a gap',
    `SELECT transaction_id, type FROM (SELECT *, lag(to_status) OVER (PARTITION BY transaction_id ORDER BY sequence) AS previous FROM events)
     WHERE from_status IS NOT previous`,
  ],
];

/** And when everything is finished. */
const FINISHED: readonly Forbidden[] = [
  ['stuck', 'a nonce is held', 'SELECT * FROM held_nonces'],
  ['stuck', 'an attempt is live', `SELECT hash, holder_id FROM attempts WHERE outcome = 'live'`],
  ['stuck', 'a filler is open', `SELECT id, status FROM fillers WHERE status NOT IN ('done', 'lost')`],
  ['contradiction', 'a failure is open', `SELECT transaction_id FROM failures WHERE state <> 'resolved'`],
];

/** What the database file says, while no server has it open. */
export function expectRecord(dataDir: string, when: 'always' | 'finished', client?: Client): void {
  const database = new Database(join(dataDir, 'broadcaster.sqlite'), { readonly: true, fileMustExist: true });
  try {
    const rows = (sql: string): readonly unknown[] => database.prepare(sql).all();
    const check = database.pragma('integrity_check', { simple: true });
    insist(check === 'ok', 'contradiction', `the database is damaged: ${String(check)}`);
    // Killed before it had made its tables.
    if (rows(`SELECT 1 FROM sqlite_master WHERE name = 'audit'`).length === 0) return;
    for (const [kind, what, sql] of when === 'always' ? ALWAYS : [...ALWAYS, ...FINISHED]) {
      const found = rows(sql);
      if (found.length > 0) throw new Violation(kind, `${what}: ${JSON.stringify(found.slice(0, 3))}`);
    }
    const ids = rows('SELECT id FROM transactions').map((row) => (row as { id: string }).id);
    for (const id of client?.ids.values() ?? [])
      insist(ids.includes(id), 'lost', `${id} was accepted and is not on record`);
    if (when === 'finished' && client !== undefined)
      insist(ids.length === client.wishes.length, 'doubled', `${client.wishes.length} keys, ${ids.length} rows`);
  } finally {
    database.close();
  }
}
