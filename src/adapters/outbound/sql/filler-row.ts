import type { FillerState } from '../../../domain/nonce/filler.ts';
import type { Address, BlockHash, ChainId, FillerId, TxHash } from '../../../domain/primitives.ts';
import type { Columns } from './dialect/dialect.ts';

export const FILLER_COLUMNS = {
  status: 'text',
  attempt_hash: 'text',
  block_number: 'integer',
  block_hash: 'text',
  mined_hash: 'text',
  tries: 'integer',
  due_at: 'integer',
} as const satisfies Columns;

export const FILLER_STATE_COLUMNS: readonly string[] = [
  'id',
  'chain_id',
  'signer',
  'nonce',
  'version',
  ...Object.keys(FILLER_COLUMNS),
];

/** The same with a table's name before each, for joins. */
export const fillerColumnsOf = (table: string): readonly string[] =>
  FILLER_STATE_COLUMNS.map((column) => `${table}.${column}`);

export const toFillerRow = (
  filler: FillerState,
): { readonly [K in keyof typeof FILLER_COLUMNS]: string | number | null } => ({
  status: filler.status,
  attempt_hash: filler.attemptHash,
  block_number: filler.inclusion?.block.number ?? null,
  block_hash: filler.inclusion?.block.hash ?? null,
  mined_hash: filler.inclusion?.hash ?? null,
  tries: filler.tries,
  due_at: filler.dueAt,
});

export const toFiller = (row: Readonly<Record<string, unknown>>): FillerState => ({
  id: row['id'] as FillerId,
  chainId: row['chain_id'] as ChainId,
  signer: row['signer'] as Address,
  nonce: row['nonce'] as number,
  version: row['version'] as number,
  status: row['status'] as FillerState['status'],
  inclusion:
    row['mined_hash'] === null
      ? null
      : {
          block: { number: row['block_number'] as number, hash: row['block_hash'] as BlockHash },
          hash: row['mined_hash'] as TxHash,
        },
  attemptHash: row['attempt_hash'] as TxHash | null,
  tries: row['tries'] as number,
  dueAt: row['due_at'] as number | null,
});
