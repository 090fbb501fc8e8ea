import type { KnownBlock, Pause, SignerRow } from '../../../../application/ports/work.ts';
import type { Address, BlockHash, BlockRef, ChainId } from '../../../../domain/primitives.ts';
import type { Raw } from './reading.ts';

export const toSigner = (row: Raw): SignerRow => ({
  key: { chainId: row['chain_id'] as ChainId, address: row['address'] as Address },
  version: row['version'] as number,
  nextNonce: row['next_nonce'] as number | null,
  balanceWei: row['balance_wei'] === null ? null : BigInt(row['balance_wei'] as string),
  paused: row['paused_at'] === null ? null : toPause(row),
});

function toPause(row: Raw): Pause {
  const pause = { reason: row['paused_reason'] as string, at: row['paused_at'] as number };
  if (row['restored_at'] === null) return pause;
  const number = row['restored_number'] as number | null;
  return {
    ...pause,
    restored: {
      at: row['restored_at'] as number,
      takenAt: row['restored_taken_at'] as number,
      cursor: number === null ? null : { number, hash: row['restored_hash'] as BlockHash },
      nextNonce: row['restored_nonce'] as number | null,
    },
  };
}

export const toCursor = (row: Raw): BlockRef | null =>
  row['cursor_hash'] === null
    ? null
    : { number: row['cursor_number'] as number, hash: row['cursor_hash'] as BlockHash };

export const toKnownBlock = (row: Raw): KnownBlock => ({
  number: row['number'] as number,
  hash: row['hash'] as BlockHash,
  parentHash: row['parent_hash'] as BlockHash,
});
