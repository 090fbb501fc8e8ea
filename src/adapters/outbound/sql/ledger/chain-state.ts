import type { CursorMove, SignerMove } from '../../../../application/change-set.ts';
import { ConflictSignal } from './conflict-signal.ts';
import type { Columns, Row } from '../dialect/dialect.ts';
import { groupByColumns } from './group-by-columns.ts';
import { part, type Writing } from './writing.ts';

const SIGNER = { chain_id: 'integer', address: 'text' } as const satisfies Columns;
const VERSIONED = { ...SIGNER, version: 'integer' } as const satisfies Columns;
const FIGURES = {
  next_nonce: 'integer',
  balance_wei: 'text',
  paused_reason: 'text',
  paused_at: 'integer',
  restored_at: 'integer',
  restored_taken_at: 'integer',
  restored_number: 'integer',
  restored_hash: 'text',
  restored_nonce: 'integer',
} as const satisfies Columns;
const BLOCK = { chain_id: 'integer', number: 'integer', hash: 'text', parent_hash: 'text' } as const satisfies Columns;

/** Who takes nonces locks the signer's row by its version; the tracker's figures come without one. */
export const signerMoves = part({
  prepare: (changes) => {
    const moves = changes.signers ?? [];
    if (moves.length === 0) return null;
    const rows = moves.map((move): Row => ({
      chain_id: move.key.chainId,
      address: move.key.address,
      version: move.expectedVersion ?? 0,
      ...(move.nextNonce === undefined ? {} : { next_nonce: move.nextNonce }),
      ...(move.balanceWei === undefined ? {} : { balance_wei: move.balanceWei.toString() }),
      ...(move.paused === undefined ? {} : pauseColumns(move.paused)),
    }));
    const locked = rows.filter((_, i) => moves[i]?.expectedVersion !== undefined);
    const free = rows.filter((row) => !locked.includes(row));
    return { locked, free, figures: groupByColumns(FIGURES, rows) };
  },
  write: async (writing, { locked, free, figures }) => {
    const lock = { table: 'signers', keys: VERSIONED, sets: {}, also: ['version = version + 1'] };
    if ((await writing.update(lock, locked)).length > 0) throw new ConflictSignal('signer');
    await writing.insertNew('signers', VERSIONED, free);
    for (const group of figures) await writing.update({ table: 'signers', keys: SIGNER, sets: group.sets }, group.rows);
  },
});

const NO_PAUSE: Row = {
  paused_reason: null,
  paused_at: null,
  restored_at: null,
  restored_taken_at: null,
  restored_number: null,
  restored_hash: null,
  restored_nonce: null,
};

/** Who goes on is past the restore as well; a pause alone says nothing of it. */
const pauseColumns = (paused: SignerMove['paused']): Row =>
  paused == null
    ? NO_PAUSE
    : {
        ...(paused.isPastRestore === true ? NO_PAUSE : null),
        paused_reason: paused.reason.slice(0, 500),
        paused_at: paused.at,
      };

export const newChains = part({
  prepare: (changes) => {
    const chains = changes.chains ?? [];
    if (chains.length === 0) return null;
    const rows = chains.map((chain): Row => ({ chain_id: chain.chainId, genesis_hash: chain.genesisHash }));
    return rows;
  },
  write: async (writing, rows) => {
    await writing.insertNew('chains', { chain_id: 'integer', genesis_hash: 'text' }, rows);
  },
});

/** The cursor moves in the same commit as what it concludes (rule 10), and only from where its mover saw it. */
export const cursorMoves = part({
  prepare: (changes) => {
    const moves = changes.cursors ?? [];
    if (moves.length === 0) return null;
    return moves;
  },
  write: async (writing, moves) => {
    for (const move of moves) await moveCursor(writing, move);
  },
});

async function moveCursor(writing: Writing, move: CursorMove): Promise<void> {
  const { transaction } = writing;
  const { chainId, from, to, finalNumber, forgetAbove, forgetBelow } = move;
  if (move.onlyIfNothingLive === true) {
    const live = await transaction('attempts')
      .where({ chain_id: chainId, outcome: 'live' })
      .first<object | undefined>('hash');
    if (live !== undefined) throw new ConflictSignal('live');
  }
  const at = transaction('chains').where('chain_id', chainId);
  const expected = from === null ? at.whereNull('cursor_hash') : at.where('cursor_hash', from.hash);
  const moved = await expected.update({ cursor_number: to.number, cursor_hash: to.hash });
  if (moved !== 1) throw new ConflictSignal('cursor');
  if (finalNumber !== undefined) {
    await transaction('chains')
      .where('chain_id', chainId)
      .andWhere((q) => void q.whereNull('final_number').orWhere('final_number', '<', finalNumber))
      .update({ final_number: finalNumber });
  }
  const blocks = transaction('blocks').where('chain_id', chainId);
  if (forgetAbove !== undefined) await blocks.clone().where('number', '>', forgetAbove).delete();
  if (forgetBelow !== undefined) await blocks.clone().where('number', '<', forgetBelow).delete();
  const rows = move.blocks.map((b): Row => ({
    chain_id: chainId,
    number: b.number,
    hash: b.hash,
    parent_hash: b.parentHash,
  }));
  await writing.insert('blocks', BLOCK, rows);
}
