import { ConflictSignal } from './conflict-signal.ts';
import type { Columns } from '../dialect/dialect.ts';
import type { Part, Row } from './writing.ts';

const SIGNER = { chain_id: 'integer', address: 'text' } as const satisfies Columns;

/** Who takes nonces locks the signer's row by its version; the tracker's figures come without one. */
export const signerMoves: Part = (changes) => {
  const moves = changes.signers ?? [];
  if (moves.length === 0) return null;
  const rows = moves.map((move): Row => ({
    chain_id: move.key.chainId,
    address: move.key.address,
    version: move.expectedVersion ?? 0,
    ...(move.nextNonce === undefined ? {} : { next_nonce: move.nextNonce }),
    ...(move.balanceWei === undefined ? {} : { balance_wei: move.balanceWei.toString() }),
    ...(move.paused === undefined
      ? {}
      : { paused_reason: move.paused?.reason.slice(0, 500) ?? null, paused_at: move.paused?.at ?? null }),
  }));
  const locked = rows.filter((_, i) => moves[i]?.expectedVersion !== undefined);
  const having = (column: string): Row[] => rows.filter((row) => column in row);
  return async (writing) => {
    const { dialect } = writing;
    const lock = dialect.updateRows('signers', { ...SIGNER, version: 'integer' }, {}, [
      'version = signers.version + 1',
    ]);
    if ((await writing.run(lock, locked)) !== locked.length) throw new ConflictSignal('signer');
    await writing.run(
      dialect.insertRows('signers', { ...SIGNER, version: 'integer' }, { ignore: true }),
      rows.filter((row) => !locked.includes(row)),
    );
    for (const [column, type] of [
      ['next_nonce', 'integer'],
      ['balance_wei', 'text'],
    ] as const) {
      await writing.run(dialect.updateRows('signers', SIGNER, { [column]: type }), having(column));
    }
    await writing.run(
      dialect.updateRows('signers', SIGNER, { paused_reason: 'text', paused_at: 'integer' }),
      having('paused_at'),
    );
  };
};

export const newChains: Part = (changes) => {
  const chains = changes.chains ?? [];
  if (chains.length === 0) return null;
  const rows = chains.map((chain): Row => ({ chain_id: chain.chainId, genesis_hash: chain.genesisHash }));
  return async (writing) => {
    await writing.run(
      writing.dialect.insertRows('chains', { chain_id: 'integer', genesis_hash: 'text' }, { ignore: true }),
      rows,
    );
  };
};

/** The cursor moves in the same commit as what it concludes (rule 10), and only from where its mover saw it. */
export const cursorMoves: Part = (changes) => {
  const moves = changes.cursors ?? [];
  if (moves.length === 0) return null;
  return async (writing) => {
    for (const move of moves) {
      const { transaction, dialect } = writing;
      if (move.onlyIfNothingLive) {
        const live = await transaction('attempts').where({ chain_id: move.chainId, outcome: 'live' }).first('hash');
        if (live !== undefined) throw new ConflictSignal('live');
      }
      const at = transaction('chains').where('chain_id', move.chainId);
      const from = move.from === null ? at.whereNull('cursor_hash') : at.where('cursor_hash', move.from.hash);
      const moved = await from.update({ cursor_number: move.to.number, cursor_hash: move.to.hash });
      if (moved !== 1) throw new ConflictSignal('cursor');
      if (move.finalNumber !== undefined) {
        await transaction('chains')
          .where('chain_id', move.chainId)
          .andWhere((q) => q.whereNull('final_number').orWhere('final_number', '<', move.finalNumber as number))
          .update({ final_number: move.finalNumber });
      }
      const blocks = transaction('blocks').where('chain_id', move.chainId);
      if (move.forgetAbove !== undefined) await blocks.clone().where('number', '>', move.forgetAbove).delete();
      if (move.forgetBelow !== undefined) await blocks.clone().where('number', '<', move.forgetBelow).delete();
      const rows = move.blocks.map((b): Row => ({
        chain_id: move.chainId,
        number: b.number,
        hash: b.hash,
        parent_hash: b.parentHash,
      }));
      await writing.run(
        dialect.insertRows('blocks', { chain_id: 'integer', number: 'integer', hash: 'text', parent_hash: 'text' }),
        rows,
      );
    }
  };
};
