import type { World } from './world.ts';

/** Rows that must not be there, each with what is wrong with them (docs/reliability.md). */
const FORBIDDEN: readonly (readonly [string, string])[] = [
  [
    'live attempts of one holder have two nonces',
    `SELECT holder_id FROM attempts WHERE outcome = 'live' GROUP BY holder_id HAVING count(DISTINCT nonce) > 1`,
  ],
  [
    'live_nonce is not what the live attempts have',
    `SELECT t.id, t.status, t.live_nonce, a.nonce FROM transactions t
     LEFT JOIN (SELECT holder_id, min(nonce) AS nonce FROM attempts WHERE outcome = 'live' GROUP BY holder_id) a ON a.holder_id = t.id
     WHERE t.live_nonce IS NOT a.nonce`,
  ],
  [
    'a held nonce is not that of the live attempts',
    `SELECT id, held_nonce, live_nonce FROM transactions WHERE held_nonce <> live_nonce`,
  ],
  [
    'a row holds a nonce that held_nonces does not know',
    `SELECT t.id, t.status, t.held_nonce FROM transactions t LEFT JOIN held_nonces h
     ON h.holder_id = t.id AND h.nonce = t.held_nonce AND h.signer = t.signer AND h.chain_id = t.chain_id
     WHERE t.held_nonce IS NOT NULL AND h.holder_id IS NULL`,
  ],
  [
    'a filler holds a nonce that held_nonces does not know',
    `SELECT f.id, f.status, f.nonce FROM fillers f LEFT JOIN held_nonces h
     ON h.holder_id = f.id AND h.nonce = f.nonce AND h.signer = f.signer AND h.chain_id = f.chain_id
     WHERE f.status IN ('reserved', 'open', 'included') AND h.holder_id IS NULL`,
  ],
  [
    'held_nonces has a holder that holds nothing',
    `SELECT h.holder_id, h.nonce FROM held_nonces h
     LEFT JOIN transactions t ON t.id = h.holder_id AND t.held_nonce = h.nonce
     LEFT JOIN fillers f ON f.id = h.holder_id AND f.nonce = h.nonce AND f.status IN ('reserved', 'open', 'included')
     WHERE t.id IS NULL AND f.id IS NULL`,
  ],
  [
    'a nonce has two holders',
    `SELECT chain_id, signer, nonce FROM held_nonces GROUP BY chain_id, signer, nonce HAVING count(*) > 1`,
  ],
  [
    'only open rows hold nonces',
    `SELECT id, status FROM transactions WHERE held_nonce IS NOT NULL AND status NOT IN ('queued', 'signed', 'broadcast', 'included')`,
  ],
  [
    'a finished row or filler has a live attempt',
    `SELECT a.hash, a.holder_id FROM attempts a LEFT JOIN transactions t ON t.id = a.holder_id LEFT JOIN fillers f ON f.id = a.holder_id
     WHERE a.outcome = 'live' AND (t.status IN ('confirmed', 'reverted', 'cancelled', 'expired') OR f.status IN ('done', 'lost'))`,
  ],
  [
    'an open filler has no live attempt',
    `SELECT f.id, f.status FROM fillers f LEFT JOIN attempts a ON a.holder_id = f.id AND a.outcome = 'live'
     WHERE f.status IN ('open', 'included') AND a.hash IS NULL`,
  ],
  [
    'a failed row has no open failure, or another row has one',
    `SELECT t.id, t.status, f.state FROM transactions t LEFT JOIN failures f ON f.transaction_id = t.id
     WHERE (t.status = 'failed') <> (coalesce(f.state, 'resolved') IN ('open', 'closed'))`,
  ],
  [
    'the timeline does not end at the status',
    `SELECT t.id, t.status, e.to_status FROM transactions t
     JOIN events e ON e.sequence = (SELECT max(sequence) FROM events WHERE transaction_id = t.id) WHERE e.to_status <> t.status`,
  ],
  [
    'the timeline has a gap',
    `SELECT e.transaction_id, e.type FROM (SELECT *, lag(to_status) OVER (PARTITION BY transaction_id ORDER BY sequence) AS previous FROM events) e
     WHERE e.from_status IS NOT e.previous`,
  ],
  ['more retries than there are', `SELECT id, retry_count FROM transactions WHERE retry_count > 16`],
  [
    'an open row waits for nothing',
    `SELECT id, status FROM transactions WHERE due_at IS NULL AND status IN ('queued', 'broadcast')`,
  ],
  [
    'the mined revision is not the one shown, or not the attempt that was mined',
    `SELECT t.id, t.revision, a.revision FROM transactions t JOIN attempts a ON a.hash = t.mined_hash
     WHERE t.status IN ('confirmed', 'reverted') AND (t.revision <> t.mined_revision OR t.mined_revision <> a.revision OR a.holder_id <> t.id)`,
  ],
];

interface OwnRow {
  readonly hash: string;
  readonly outcome: string;
  readonly holder_id: string;
  readonly status: string;
  readonly mined_hash: string | null;
}

/** All that must hold after every step, whatever happened. */
export function broken(world: World): readonly string[] {
  const found: string[] = [];
  for (const [what, sql] of FORBIDDEN) {
    const rows = world.query.all(sql);
    if (rows.length > 0) found.push(`${what}: ${JSON.stringify(rows.slice(0, 3))}`);
  }
  found.push(...againstTheChain(world));
  if (world.unrecorded.length > 0)
    found.push(`bytes left that are not on record as being sent: ${world.unrecorded[0] ?? ''}`);
  return found;
}

function againstTheChain(world: World): readonly string[] {
  const found: string[] = [];
  const { sim, query } = world;
  const canonical = sim.canonical();
  const owned = query.all<OwnRow>(
    `SELECT a.hash, a.outcome, a.holder_id, coalesce(t.status, f.status) AS status, coalesce(t.mined_hash, f.mined_hash) AS mined_hash
     FROM attempts a LEFT JOIN transactions t ON t.id = a.holder_id LEFT JOIN fillers f ON f.id = a.holder_id`,
  );
  const cursor = query.all<{ cursor_number: number | null; cursor_hash: string }>('SELECT * FROM chains')[0];
  const at = cursor?.cursor_number ?? -1;
  const onOurChain = cursor !== undefined && at >= 0 && sim.holds({ number: at, hash: cursor.cursor_hash as never });
  const holders = new Map<string, string>();
  for (const row of owned) {
    const block = canonical.get(row.hash as never);
    if (block === undefined) {
      if (['confirmed', 'reverted'].includes(row.status) && row.mined_hash === row.hash)
        found.push(`${row.holder_id} is ${row.status}, and ${row.hash} is not in the chain`);
      continue;
    }
    const other = holders.get(row.holder_id);
    if (other !== undefined) found.push(`${row.holder_id} is in the chain twice: ${other} and ${row.hash}`);
    holders.set(row.holder_id, row.hash);
    if (row.status === 'cancelled' || row.status === 'expired')
      found.push(`${row.holder_id} is ${row.status}, and was mined`);
    if (row.outcome === 'lost' || row.outcome === 'superseded')
      found.push(`${row.hash} of ${row.holder_id} (${row.status}) is ${row.outcome}, and was mined`);
    const settled = ['confirmed', 'reverted', 'done'].includes(row.status);
    if (settled && row.mined_hash !== row.hash)
      found.push(`${row.holder_id} is settled with other bytes than were mined`);
    if (settled && block.number > sim.finalNumber)
      found.push(`${row.holder_id} is ${row.status} before its block is final`);
    if (row.status === 'confirmed' && !block.succeeded) found.push(`${row.holder_id} is confirmed, and was reverted`);
    if (row.status === 'reverted' && block.succeeded) found.push(`${row.holder_id} is reverted, and succeeded`);
    if (onOurChain && block.number <= at && !settled && (row.status !== 'included' || row.mined_hash !== row.hash))
      found.push(
        `${row.holder_id} is ${row.status}, and ${row.hash} is in block ${block.number} that the cursor has passed`,
      );
  }
  // Strangers' bytes are no one's attempts; all others that were ever handed are on record.
  const known = new Set(owned.map((row) => row.hash));
  for (const hash of sim.known.keys())
    if (!sim.foreign.has(hash) && !known.has(hash)) found.push(`${hash} was handed to a node and is nobody's attempt`);
  return found;
}

/** Nonces from the chain's next on that nobody holds below one that is held. */
export function holes(world: World, signer: string): readonly number[] {
  const next = world.query.all<{ next_nonce: number | null }>(
    'SELECT next_nonce FROM signers WHERE address = ?',
    signer,
  )[0];
  const held = new Set(
    world.query
      .all<{ nonce: number }>('SELECT nonce FROM held_nonces WHERE signer = ?', signer)
      .map((row) => row.nonce),
  );
  const found: number[] = [];
  if (next === undefined || next.next_nonce === null) return found;
  for (let nonce = next.next_nonce; nonce < Math.max(...held, 0); nonce++) if (!held.has(nonce)) found.push(nonce);
  return found;
}
