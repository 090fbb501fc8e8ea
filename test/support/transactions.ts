import type { BroadcastFacts } from '../../src/domain/decisions/settle-broadcast.ts';
import type { Address, BlockHash, BlockRef, ChainId, TransactionId, TxHash } from '../../src/domain/primitives.ts';
import type { RetryPolicy } from '../../src/domain/retry/schedule.ts';
import type {
  Broadcast,
  Failed,
  Included,
  Inclusion,
  Queued,
  Settled,
  Signed,
} from '../../src/domain/transaction/transaction.ts';

const digits = (value: number): string => value.toString(16).padStart(64, '0');
export const txHash = (value: number): TxHash => `0x${digits(value)}` as TxHash;
export const block = (number: number, fork = 0): BlockRef => ({
  number,
  hash: `0x${digits(number * 1000 + fork)}` as BlockHash,
});
export const SIGNER = `0x${'ab'.repeat(20)}` as Address;
export const NOW = 1_750_000_000_000;

const common = {
  id: '0197a000-0000-7000-8000-000000000001' as TransactionId,
  chainId: 31337 as ChainId,
  signer: SIGNER,
  version: 3,
  revision: 0,
  cancelRequested: false,
  validUntil: null,
  retry: { count: 0, dueAt: NOW, lastError: null },
  liveNonce: null,
  attemptHash: null,
};

/** Accepted a moment ago: no nonce, no bytes. */
export const queued = (changes: Partial<Queued> = {}): Queued => ({
  ...common,
  status: 'queued',
  heldNonce: null,
  ...changes,
});

const bytesAt7 = { heldNonce: 7, liveNonce: 7, attemptHash: txHash(7) };

/** Its bytes at nonce 7 are stored, and no node has answered for them. */
export const signed = (changes: Partial<Signed> = {}): Signed => ({
  ...common,
  ...bytesAt7,
  status: 'signed',
  ...changes,
});

/** A node said that it has the bytes at nonce 7. */
export const broadcast = (changes: Partial<Broadcast> = {}): Broadcast => ({
  ...common,
  ...bytesAt7,
  status: 'broadcast',
  ...changes,
});

export const inclusion = (changes: Partial<Inclusion> = {}): Inclusion => ({
  block: block(40),
  hash: txHash(7),
  kind: 'original',
  revision: 0,
  ...changes,
});

export const included = (changes: Partial<Included> = {}): Included => ({
  ...common,
  ...bytesAt7,
  status: 'included',
  includedFrom: 'broadcast',
  inclusion: inclusion(),
  failureCode: null,
  ...changes,
});

/** Failed with bytes at nonce 7 that may yet be mined; it holds nothing. */
export const failed = (changes: Partial<Failed> = {}): Failed => ({
  ...common,
  ...bytesAt7,
  status: 'failed',
  heldNonce: null,
  failureCode: 'retries_exhausted',
  ...changes,
});

export const settled = (status: Settled['status'], changes: Partial<Settled> = {}): Settled => ({
  ...common,
  status,
  heldNonce: null,
  inclusion: status === 'confirmed' || status === 'reverted' ? inclusion() : null,
  ...changes,
});

/** Requirement R7. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = { strategy: 'linear', baseMs: 35_000, stepMs: 10_000, maxRetries: 16 };

/** The first try started ten seconds ago; retries as the requirement has them. */
export const TRY = { policy: DEFAULT_RETRY_POLICY, tryStartedAt: NOW - 10_000, now: NOW, random: 0 };

/** A node's answer for the bytes at nonce 7. */
export const answered = (
  answer: BroadcastFacts['answer'],
  changes: Partial<Omit<BroadcastFacts, 'answer'>> = {},
): BroadcastFacts => ({
  ...TRY,
  answer,
  attempt: { hash: txHash(7), nonce: 7 },
  lookAgainMs: 15_000,
  othersGoOn: false,
  pauseMs: 2_000,
  ...changes,
});
