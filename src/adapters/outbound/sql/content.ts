import type { FieldContext } from '../../../application/ports/field-cipher.ts';
import type { RevisionContent } from '../../../application/change-set.ts';
import type { Address, Hex } from '../../../domain/primitives.ts';
import type { TransactionRequest } from '../../../domain/transaction/request.ts';

const text = new TextEncoder();
const decoder = new TextDecoder();

export const utf8 = (value: string): Uint8Array => text.encode(value);
export const fromUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);
export const json = (value: unknown): Uint8Array => text.encode(JSON.stringify(value));
export const fromJson = (bytes: Uint8Array): unknown => JSON.parse(decoder.decode(bytes));

interface StoredContent {
  readonly v: 1;
  readonly to: string | null;
  readonly value: string;
  readonly data: string;
  readonly gas: string | null;
  readonly fee: string | null;
  readonly tip: string | null;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly key?: string;
}

const decimal = (value: bigint | null): string | null => (value === null ? null : value.toString());
const big = (value: string | null): bigint | null => (value === null ? null : BigInt(value));

/** The one envelope of a revision: everything of it that a thief could use. */
export function encodeContent({ request, metadata, idempotencyKey }: RevisionContent): Uint8Array {
  const stored: StoredContent = {
    v: 1,
    to: request.to,
    value: request.valueWei.toString(),
    data: request.data,
    gas: decimal(request.gasLimit),
    fee: decimal(request.maxFeePerGasWei),
    tip: decimal(request.maxPriorityFeePerGasWei),
    ...(metadata === null ? {} : { metadata }),
    ...(idempotencyKey === null ? {} : { key: idempotencyKey }),
  };
  return json(stored);
}

export function decodeContent(bytes: Uint8Array): RevisionContent {
  const stored = fromJson(bytes) as StoredContent;
  const request: TransactionRequest = {
    to: stored.to as Address | null,
    valueWei: BigInt(stored.value),
    data: stored.data as Hex,
    gasLimit: big(stored.gas),
    maxFeePerGasWei: big(stored.fee),
    maxPriorityFeePerGasWei: big(stored.tip),
  };
  return { request, metadata: stored.metadata ?? null, idempotencyKey: stored.key ?? null };
}

export const hexToBytes = (hex: Hex): Uint8Array => Buffer.from(hex.slice(2), 'hex');
export const bytesToHex = (bytes: Uint8Array): Hex =>
  `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;
/** Blobs travel inside JSON arrays as hex without a prefix. */
export const hexText = (bytes: Uint8Array): string => bytesToHex(bytes).slice(2);

/** Where each envelope belongs: it opens in no other column, of no other row. Writing and reading ask here. */
export const revisionPlace = (column: string, transactionId: string, number: number): FieldContext => ({
  table: 'revisions',
  column,
  rowId: `${transactionId}/${number}`,
});
export const attemptPlace = (column: string, hash: string): FieldContext => ({
  table: 'attempts',
  column,
  rowId: hash,
});
export const failurePlace = (column: string, transactionId: string): FieldContext => ({
  table: 'failures',
  column,
  rowId: transactionId,
});

export const jobPlace = (column: string, jobId: string): FieldContext => ({
  table: 'bulk_jobs',
  column,
  rowId: jobId,
});

type Journalled = Readonly<Record<string, unknown>>;
/** Rows of the journals get their number when they are written, which is too late: what they say of themselves stands for it. */
export const eventPlace = (row: Journalled): FieldContext => ({
  table: 'events',
  column: 'detail',
  rowId: JSON.stringify([row['transaction_id'], row['at'], row['type']]),
});
export const auditPlace = (column: string, row: Journalled): FieldContext => ({
  table: 'audit',
  column,
  rowId: JSON.stringify([row['actor'], row['action'], row['at'], row['transaction_id']]),
});
