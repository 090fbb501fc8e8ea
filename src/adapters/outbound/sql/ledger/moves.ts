import type { HolderId } from '../../../../domain/primitives.ts';
import type { Columns, Row } from '../dialect/dialect.ts';
import { FILLER_COLUMNS, toFillerRow } from '../filler-row.ts';
import { LIFECYCLE_COLUMNS, toLifecycleRow, type LifecycleRow } from '../transaction-row.ts';
import { isFinished } from '../../../../domain/nonce/filler.ts';
import { ConflictSignal } from './conflict-signal.ts';
import { groupByColumns } from './group-by-columns.ts';
import { part, type Writing } from './writing.ts';

const KEYS = { id: 'text', version: 'integer' } as const satisfies Columns;
const UPDATED = { updated_at: 'integer' } as const satisfies Columns;
/** A row keeps its signer for life, but for one of a restored record that adopts what another signer's lost bytes have paid. */
const ADOPTED = { signer: 'text' } as const satisfies Columns;
const LIFECYCLE_NAMES = Object.keys(LIFECYCLE_COLUMNS) as (keyof LifecycleRow)[];
const HELD = { chain_id: 'integer', signer: 'text', nonce: 'integer', holder_id: 'text' } as const satisfies Columns;

/** Rows from one state to the next: only the columns that change, since an index is written anew for each column of it that is named. */
export const transactionMoves = part({
  prepare: (changes) => {
    const moves = changes.transactions ?? [];
    if (moves.length === 0) return null;
    const rows = moves.map(({ before, after }): Row => ({
      id: before.id,
      version: before.version,
      updated_at: changes.at,
      ...changedColumns(toLifecycleRow(before), toLifecycleRow(after)),
      ...(before.signer === after.signer ? null : { signer: after.signer }),
    }));
    return groupByColumns({ ...LIFECYCLE_COLUMNS, ...UPDATED, ...ADOPTED }, rows);
  },
  write: async (writing, groups) => {
    for (const group of groups) await advance(writing, 'transactions', group.sets, group.rows);
  },
});

function changedColumns(before: LifecycleRow, after: LifecycleRow): Row {
  const changed: Row = {};
  for (const name of LIFECYCLE_NAMES) if (before[name] !== after[name]) changed[name] = after[name];
  return changed;
}

/** Each row only if its version is the expected one; who moved meanwhile is named. */
async function advance(writing: Writing, table: string, sets: Columns, rows: readonly Row[]): Promise<void> {
  const moved = await writing.update({ table, keys: KEYS, sets, also: ['version = version + 1'] }, rows);
  if (moved.length > 0)
    throw new ConflictSignal(
      'version',
      moved.map((row) => row['id'] as HolderId),
    );
}

export const fillerMoves = part({
  prepare: (changes) => {
    const moves = changes.fillers ?? [];
    if (moves.length === 0) return null;
    return moves.map(({ before, after }): Row => ({
      id: before.id,
      version: before.version,
      ...toFillerRow(after),
    }));
  },
  write: (writing, rows) => advance(writing, 'fillers', FILLER_COLUMNS, rows),
});

const NEW_FILLER = {
  id: 'text',
  chain_id: 'integer',
  signer: 'text',
  nonce: 'integer',
  version: 'integer',
  created_at: 'integer',
  ...FILLER_COLUMNS,
} as const satisfies Columns;

export const newFillers = part({
  prepare: (changes) => {
    const fillers = changes.newFillers ?? [];
    if (fillers.length === 0) return null;
    return fillers.map((f): Row => ({
      id: f.id,
      chain_id: f.chainId,
      signer: f.signer,
      nonce: f.nonce,
      version: f.version,
      created_at: changes.at,
      ...toFillerRow(f),
    }));
  },
  write: (writing, rows) => writing.insert('fillers', NEW_FILLER, rows),
});

/** One table for both kinds of holder, written in the same commit: free first, then take. A nonce that has a holder is a conflict. */
export const heldNonces = part({
  prepare: (changes) => {
    const freed: Row[] = [];
    const taken: Row[] = [];
    for (const { before, after } of changes.transactions ?? []) {
      if (before.heldNonce === after.heldNonce) continue;
      if (before.heldNonce !== null) freed.push({ holder_id: before.id });
      if (after.heldNonce !== null)
        taken.push({ chain_id: after.chainId, signer: after.signer, nonce: after.heldNonce, holder_id: after.id });
    }
    for (const { before, after } of changes.fillers ?? [])
      if (!isFinished(before) && isFinished(after)) freed.push({ holder_id: before.id });
    for (const f of changes.newFillers ?? [])
      taken.push({ chain_id: f.chainId, signer: f.signer, nonce: f.nonce, holder_id: f.id });
    return freed.length + taken.length === 0 ? null : { freed, taken };
  },
  write: async (writing, { freed, taken }) => {
    await writing.delete('held_nonces', { holder_id: 'text' }, freed);
    await take(writing, taken);
  },
});

async function take(writing: Writing, taken: readonly Row[]): Promise<void> {
  try {
    await writing.insert('held_nonces', HELD, taken);
  } catch (error) {
    if (!writing.isUniqueViolation(error)) throw error;
    const late = await writing.join(
      'r.holder_id',
      HELD,
      'held_nonces h ON h.chain_id = r.chain_id AND h.signer = r.signer AND h.nonce = r.nonce WHERE h.holder_id <> r.holder_id',
      taken,
    );
    throw new ConflictSignal(
      'nonce',
      late.map((row) => row['holder_id'] as HolderId),
    );
  }
}
