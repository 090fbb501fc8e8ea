import type { ChangeSet } from '../../src/application/change-set.ts';
import type { ChainId } from '../../src/domain/primitives.ts';
import type { Storage } from './storage.ts';
import {
  commit,
  content,
  event,
  filler,
  jobId,
  LANE,
  newAttempt,
  newJob,
  newTransaction,
  put,
  putFiller,
  transactionId,
} from './stored.ts';
import { block, broadcast, failed, NOW, signed, txHash } from './transactions.ts';

export type Changes = Omit<ChangeSet, 'step' | 'at'>;

const elsewhere = { chainId: 1 as ChainId, genesisHash: block(1).hash };

/** A change set with a bit of everything, for what is true of each part; what it moves is put on record first. */
export async function everyPart(storage: Storage): Promise<Changes> {
  const row = await put(storage, 90, signed({ heldNonce: 90, liveNonce: 90, attemptHash: txHash(90) }));
  const fill = await putFiller(storage, filler(91, { status: 'open', attemptHash: txHash(91) }));
  const edited = await put(storage, 92, failed({ liveNonce: null, attemptHash: null }));
  await commit(storage, { newJobs: [newJob(95, [90, 92])] });
  return {
    accepted: [newTransaction(80, { idempotencyKey: 'k80' })],
    revisions: [{ transactionId: edited.id, number: 1, author: 'user:ann', reason: 'r', content: content() }],
    transactions: [{ before: row, after: broadcast({ ...row, status: 'broadcast', heldNonce: 93 }) }],
    newAttempts: [newAttempt(90, { hash: txHash(93), nonce: 93 })],
    attempts: [{ hash: txHash(90), publishedAt: NOW, error: { class: 'unknown', message: 'm' } }],
    closedAttempts: [{ holderId: fill.id, mined: null }],
    newFillers: [filler(94)],
    fillers: [{ before: fill, after: { ...fill, status: 'done' } }],
    signers: [{ key: LANE, nextNonce: 12, balanceWei: 1n }],
    chains: [elsewhere],
    cursors: [
      { chainId: elsewhere.chainId, from: null, to: block(3), blocks: [{ ...block(3), parentHash: block(2).hash }] },
    ],
    events: [event(row.id), event(transactionId(80), { detail: { a: 1 } })],
    wakeUps: [{ signer: LANE, ids: [row.id] }],
    letters: [{ kind: 'put', transactionId: row.id, code: 'expired' }],
    failures: [
      { kind: 'opened', transactionId: row.id, code: 'expired', message: 'm', nodeMessage: null },
      { kind: 'resolved', transactionId: edited.id },
    ],
    audit: [{ actor: 'user:ann', action: 'retry', transactionId: row.id, reason: 'r', detail: null, requestId: null }],
    newJobs: [newJob(96, [90], { filter: { q: '7' } })],
    jobItems: [
      { jobId: jobId(95), transactionId: row.id, outcome: 'retried', why: null },
      { jobId: jobId(95), transactionId: edited.id, outcome: 'skipped', why: { code: 'closed', message: 'm' } },
    ],
  };
}
