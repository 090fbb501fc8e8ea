import type {
  ChangeSet,
  NewAttempt,
  NewJob,
  NewTransaction,
  RevisionContent,
  TimelineEvent,
} from '../../src/application/change-set.ts';
import type { Committed } from '../../src/application/ports/ledger.ts';
import { isFinished, type FillerState } from '../../src/domain/nonce/filler.ts';
import type {
  Address,
  ChainId,
  FillerId,
  Hex,
  HolderId,
  JobId,
  SignerKey,
  TransactionId,
} from '../../src/domain/primitives.ts';
import type { Attempt } from '../../src/domain/transaction/attempt.ts';
import type { TransactionRequest } from '../../src/domain/transaction/request.ts';
import type { Transaction } from '../../src/domain/transaction/transaction.ts';
import type { Storage } from './storage.ts';
import { NOW, queued, SIGNER, txHash } from './transactions.ts';

export const CHAIN = 31337 as ChainId;
export const LANE: SignerKey = { chainId: CHAIN, address: SIGNER };
export const RECIPIENT = `0x${'cd'.repeat(20)}` as Address;

export const transactionId = (n: number): TransactionId =>
  `0197a000-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as TransactionId;
export const fillerId = (n: number): FillerId =>
  `0197a000-0000-7000-9000-${n.toString(16).padStart(12, '0')}` as FillerId;

export const jobId = (n: number): JobId => `0197a000-0000-7000-a000-${n.toString(16).padStart(12, '0')}` as JobId;
export const newJob = (n: number, transactions: readonly number[], changes: Partial<NewJob> = {}): NewJob => ({
  id: jobId(n),
  createdBy: 'user:ann',
  requestId: null,
  reason: 'r',
  filter: null,
  transactionIds: transactions.map(transactionId),
  ...changes,
});

export const request = (changes: Partial<TransactionRequest> = {}): TransactionRequest => ({
  to: RECIPIENT,
  valueWei: 1n,
  data: '0x',
  gasLimit: null,
  maxFeePerGasWei: null,
  maxPriorityFeePerGasWei: null,
  ...changes,
});

export const content = (changes: Partial<RevisionContent> = {}): RevisionContent => ({
  request: request(),
  metadata: null,
  idempotencyKey: null,
  ...changes,
});

export const newTransaction = (n: number, changes: Partial<NewTransaction> = {}): NewTransaction => ({
  id: transactionId(n),
  client: 'shop',
  chainId: CHAIN,
  signer: SIGNER,
  validUntil: null,
  idempotencyKey: null,
  fingerprint: `fingerprint ${n}`,
  onlyReplay: false,
  content: content({ idempotencyKey: changes.idempotencyKey ?? null }),
  ...changes,
});

export const event = (id: TransactionId, changes: Partial<TimelineEvent> = {}): TimelineEvent => ({
  transactionId: id,
  type: 'Accepted',
  from: null,
  to: 'queued',
  actor: 'client:shop',
  detail: null,
  ...changes,
});

export const newAttempt = (n: number, changes: Partial<NewAttempt> = {}): NewAttempt => ({
  hash: txHash(n),
  holderId: transactionId(n),
  holder: 'transaction',
  signer: LANE,
  kind: 'original',
  revision: 0,
  nonce: n,
  gasLimit: 21_000n,
  maxFeePerGasWei: 30n,
  maxPriorityFeePerGasWei: 2n,
  signedAt: NOW,
  raw: `0x02${txHash(n).slice(2)}` as Hex,
  ...changes,
});

export const filler = (n: number, changes: Partial<FillerState> = {}): FillerState => ({
  id: fillerId(n),
  chainId: CHAIN,
  signer: SIGNER,
  nonce: n,
  version: 1,
  status: 'reserved',
  inclusion: null,
  attemptHash: null,
  tries: 0,
  dueAt: NOW,
  ...changes,
});

/** Commits, and expects that nothing stands against it. */
export async function commit(
  storage: Storage,
  changes: Omit<ChangeSet, 'step' | 'at'> & { readonly at?: number },
): Promise<Committed> {
  const result = await storage.ledger.commit({ step: 'settle', at: NOW, ...changes });
  if (result.kind !== 'committed') throw new Error(`conflict: ${result.reason} ${result.ids.join()}`);
  return result;
}

/** The row as accepted. */
const asAccepted = (after: Transaction, item: NewTransaction, at: number): Transaction =>
  queued({
    id: after.id,
    chainId: item.chainId,
    signer: item.signer,
    version: 1,
    validUntil: item.validUntil,
    retry: { count: 0, dueAt: at, lastError: null },
  });

/**
 * Puts a transaction on record in the given state: accepted, then moved in one go, with its newest attempt where it names one.
 * Gives the state as it is read back.
 */
export async function put<State extends Transaction>(
  storage: Storage,
  n: number,
  state: State,
  more: {
    readonly accepted?: Partial<NewTransaction>;
    readonly attempt?: Partial<NewAttempt>;
    readonly at?: number;
  } = {},
): Promise<State> {
  const after = { ...state, id: transactionId(n) };
  const item = newTransaction(n, { chainId: after.chainId, signer: after.signer, ...more.accepted });
  const at = more.at ?? NOW;
  await commit(storage, { at, accepted: [item] });
  const nonce = after.heldNonce ?? after.liveNonce ?? 7;
  const attempt = newAttempt(n, {
    hash: after.attemptHash ?? txHash(n),
    nonce,
    signer: { chainId: after.chainId, address: after.signer },
    ...more.attempt,
  });
  await commit(storage, {
    at,
    transactions: [{ before: asAccepted(after, item, at), after }],
    newAttempts: after.attemptHash === null ? [] : [attempt],
  });
  return { ...after, version: 2 };
}

/** The same for a filler. */
export async function putFiller(
  storage: Storage,
  state: FillerState,
  attempt: Partial<NewAttempt> = {},
): Promise<FillerState> {
  const signer = { chainId: state.chainId, address: state.signer };
  const before = { ...state, version: 1, status: 'reserved', inclusion: null, attemptHash: null } as const;
  const newAttempts =
    state.attemptHash === null
      ? []
      : [
          newAttempt(0, {
            hash: state.attemptHash,
            holder: 'filler',
            holderId: state.id,
            kind: 'fill',
            nonce: state.nonce,
            signer,
            ...attempt,
          }),
        ];
  await commit(storage, { newFillers: [before] });
  await commit(storage, { fillers: [{ before, after: state }], newAttempts });
  if (isFinished(state)) await commit(storage, { closedAttempts: [{ holderId: state.id, mined: null }] });
  return { ...state, version: 2 };
}

/** The newest bytes of a signed or broadcast row of LANE. */
export async function attemptOf(storage: Storage, id: HolderId): Promise<Attempt | undefined> {
  const page = { now: NOW, belowNonce: 1_000_000, limit: 100, recovery: { afterNonce: -1 } };
  const rows = await storage.work.toResubmit(LANE, page);
  return rows.find(({ attempt }) => attempt.holderId === id)?.attempt;
}
