import { NODE_ERROR_CLASSES, type NodeErrorClass } from '../../../../domain/node-answer/node-error-class.ts';
import type { FieldCipher } from '../../../../application/ports/field-cipher.ts';
import type { Competitor, ReadyRow } from '../../../../application/ports/work.ts';
import type { RevisionContent } from '../../../../application/change-set.ts';
import type { Hex, HolderId, TxHash } from '../../../../domain/primitives.ts';
import type { Attempt, AttemptKind } from '../../../../domain/transaction/attempt.ts';
import { attemptPlace, bytesToHex, decodeContent, revisionPlace } from '../content.ts';
import { toTransaction } from '../transaction-row.ts';
import type { Raw } from './reading.ts';

/** What an attempt's bytes are, and whose. */
const TERMS = [
  'hash',
  'holder_id',
  'kind',
  'revision',
  'nonce',
  'gas_limit',
  'max_fee_wei',
  'max_priority_fee_wei',
] as const;
const SENDING = ['sending_since', 'published_at'] as const;

/** Attempt columns beside a holder's, each under a name of its own. */
export const attemptColumns = (table: string): readonly string[] =>
  ownNames(table, [...TERMS, ...SENDING, 'signed_at', 'unknown_looks', 'error_class']);
export const competitorColumns = (table: string): readonly string[] => ownNames(table, [...TERMS, ...SENDING]);

const ownNames = (table: string, names: readonly string[]): readonly string[] =>
  names.map((name) => `${table}.${name} as attempt_${name}`);

/** One that a later version wrote says as little as an answer that was not recognised. */
const toErrorClass = (text: string | null): NodeErrorClass | null =>
  text === null ? null : (NODE_ERROR_CLASSES.find((name) => name === text) ?? 'unknown');

const toTerms = (row: Raw) => ({
  hash: row['attempt_hash'] as TxHash,
  holderId: row['attempt_holder_id'] as HolderId,
  kind: row['attempt_kind'] as AttemptKind,
  revision: row['attempt_revision'] as number,
  nonce: row['attempt_nonce'] as number,
  gasLimit: BigInt(row['attempt_gas_limit'] as string),
  maxFeePerGasWei: BigInt(row['attempt_max_fee_wei'] as string),
  maxPriorityFeePerGasWei: BigInt(row['attempt_max_priority_fee_wei'] as string),
});

export const toCompetitor = (row: Raw): Competitor => ({
  ...toTerms(row),
  sent: row['attempt_published_at'] !== null || row['attempt_sending_since'] !== null,
});

export const toAttempt = (row: Raw): Attempt => ({
  ...toTerms(row),
  signedAt: row['attempt_signed_at'] as number,
  sendingSince: row['attempt_sending_since'] as number | null,
  publishedAt: row['attempt_published_at'] as number | null,
  unknownLooks: row['attempt_unknown_looks'] as number,
  errorClass: toErrorClass(row['attempt_error_class'] as string | null),
});

/** Opens the raw bytes of attempts, in order. */
export async function openRaw(
  cipher: FieldCipher,
  rows: readonly { readonly hash: string; readonly raw: Uint8Array }[],
): Promise<readonly Hex[]> {
  const opened = await cipher.open(rows.map(({ hash, raw }) => ({ sealed: raw, context: attemptPlace('raw', hash) })));
  return opened.map(bytesToHex);
}

/** Opens revisions' contents, in order. */
export async function openContents(
  cipher: FieldCipher,
  rows: readonly { readonly id: string; readonly number: number; readonly content: Uint8Array }[],
): Promise<readonly RevisionContent[]> {
  const opened = await cipher.open(
    rows.map(({ id, number, content }) => ({ sealed: content, context: revisionPlace('content', id, number) })),
  );
  return opened.map(decodeContent);
}

/** Rows of a transaction's state with `content`, the envelope of its newest revision. */
export async function withRequests(cipher: FieldCipher, rows: readonly Raw[]): Promise<readonly ReadyRow[]> {
  const contents = await openContents(
    cipher,
    rows.map((row) => ({
      id: row['id'] as string,
      number: row['revision'] as number,
      content: row['content'] as Uint8Array,
    })),
  );
  return rows.map((row, i) => ({
    transaction: toTransaction(row),
    request: (contents[i] as RevisionContent).request,
  }));
}
