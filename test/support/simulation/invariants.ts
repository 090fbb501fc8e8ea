import { RECORD_INVARIANTS } from '../record-invariants.ts';
import type { World } from './world.ts';

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
  for (const [what, sql] of RECORD_INVARIANTS) {
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
