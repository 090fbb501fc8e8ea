import type { AttemptKind } from './attempt.ts';
import type { LifecycleEvent, LifecycleEventType, RetryPlan } from './event.ts';
import { targetStatus } from './lifecycle.ts';
import { isOpen, type Included, type RetryState, type Status, type Transaction } from './transaction.ts';

/** What the commit that stores the new state must also do; data, carried out by the ledger. */
export interface Effects {
  /** All live attempts of the row end with this commit: the nonce is final. */
  readonly attempts: 'keep' | 'settle' | 'writeOff';
  /** The dedicated table of failures and the dead-letter queue follow the row. */
  readonly failure: 'none' | 'opened' | 'reopened' | 'resolved';
  /** The signer's lane has something to do at once. */
  readonly wake: boolean;
}

type TransitionRefusal =
  | 'notInTable'
  | 'holdsNonceAlready'
  | 'otherLiveNonce'
  | 'holdsNoNonce'
  | 'cancelRequested'
  | 'cancelNotRequested'
  | 'nothingLive'
  | 'otherBytesMined';

export type TransitionResult =
  | { readonly ok: true; readonly transaction: Transaction; readonly effects: Effects }
  | { readonly ok: false; readonly error: IllegalTransition };

/** The typed answer to every (status, event) pair that the rules do not have. Expected: two workers may race; never a reason to crash. */
interface IllegalTransition {
  readonly kind: 'IllegalTransition';
  readonly status: Status;
  readonly event: LifecycleEventType;
  readonly because: TransitionRefusal;
}

export const NO_EFFECTS: Effects = { attempts: 'keep', failure: 'none', wake: false };
const NO_RETRY: RetryState = { count: 0, dueAt: null, lastError: null };

/** Only cancel bytes may be signed once a wish to cancel was accepted (rule 11), and none that nobody asked for. */
function refusalToSign(transaction: Transaction, kind: AttemptKind): TransitionRefusal | null {
  if (transaction.cancelRequested === (kind === 'cancel')) return null;
  return transaction.cancelRequested ? 'cancelRequested' : 'cancelNotRequested';
}

const minedCancel = (t: Transaction): boolean => t.status === 'included' && t.inclusion.kind === 'cancel';

/** Guards that need the event's own data, on top of the table's. */
function refusal(t: Transaction, event: LifecycleEvent): TransitionRefusal | null {
  switch (event.type) {
    case 'NonceReserved':
      if (t.heldNonce !== null) return 'holdsNonceAlready';
      // Rule 1: with a live attempt, that attempt's nonce or none.
      if (t.liveNonce !== null && t.liveNonce !== event.nonce) return 'otherLiveNonce';
      return t.cancelRequested && t.liveNonce === null ? 'cancelRequested' : null;
    case 'Signed':
      if (t.heldNonce === null) return 'holdsNoNonce';
      if (t.liveNonce !== null && t.liveNonce !== t.heldNonce) return 'otherLiveNonce';
      return refusalToSign(t, event.kind);
    case 'AttemptAdded':
      return refusalToSign(t, event.kind);
    case 'NonceReleased':
      return t.heldNonce === null ? 'holdsNoNonce' : null;
    case 'NonceLost':
      return t.liveNonce === event.nonce ? null : 'nothingLive';
    case 'Included':
      return t.liveNonce === null ? 'nothingLive' : null;
    case 'Confirmed':
    case 'Reverted':
      return minedCancel(t) ? 'otherBytesMined' : null;
    case 'CancelConfirmed':
      return minedCancel(t) ? null : 'otherBytesMined';
    case 'Published':
    case 'CancelRequested':
    case 'Cancelled':
    case 'Reorged':
    case 'Failed':
    case 'Expired':
    case 'Retried':
      return null;
  }
}

/**
 * The one function that moves a transaction. Pure: the new state and what else the commit must do, or a typed refusal.
 * Source of every rule: docs/rules.md; each guard has a test that fails without it.
 */
export function transition(transaction: Transaction, event: LifecycleEvent): TransitionResult {
  const to = targetStatus(transaction, event.type);
  const because = to === null ? 'notInTable' : refusal(transaction, event);
  if (to === null || because !== null) {
    const error: IllegalTransition = {
      kind: 'IllegalTransition',
      status: transaction.status,
      event: event.type,
      because: because ?? 'notInTable',
    };
    return { ok: false, error };
  }
  const { state, effects } = apply(transaction, event, to);
  // A nonce that is let go unused may leave a hole, which the next transaction or a filler takes at once (invariant 4).
  const wake = transaction.heldNonce !== null && state.heldNonce === null && effects?.attempts !== 'settle';
  return { ok: true, transaction: state, effects: { ...NO_EFFECTS, wake, ...effects } };
}

interface Applied {
  readonly state: Transaction;
  readonly effects?: Partial<Effects>;
}

/** `targetStatus` has checked that the pair is legal; what is left is which columns follow. */
function apply(t: Transaction, event: LifecycleEvent, to: Status): Applied {
  switch (event.type) {
    case 'NonceReserved':
      return { state: patch(t, { heldNonce: event.nonce }) };
    case 'Signed':
      return {
        state: patch(t, {
          status: to,
          liveNonce: t.heldNonce,
          attemptHash: event.hash,
          retry: { ...t.retry, dueAt: event.dueAt },
        }),
      };
    case 'AttemptAdded':
      return { state: patch(t, { attemptHash: event.hash, retry: { ...t.retry, dueAt: event.dueAt } }) };
    case 'Published':
      return { state: patch(t, { status: to, retry: { ...t.retry, dueAt: event.dueAt, lastError: null } }) };
    case 'CancelRequested':
      return {
        state: patch(t, { cancelRequested: true, retry: { ...t.retry, dueAt: event.dueAt } }),
        effects: { wake: true },
      };
    case 'Cancelled':
    case 'Expired':
      return { state: patch(t, { status: to, heldNonce: null, inclusion: null, retry: { ...t.retry, dueAt: null } }) };
    case 'Included': {
      const from: Included['includedFrom'] = t.status === 'failed' || t.status === 'queued' ? t.status : 'broadcast';
      const failureCode = t.status === 'failed' ? t.failureCode : null;
      return {
        state: patch(t, {
          status: to,
          includedFrom: from,
          inclusion: event.inclusion,
          failureCode,
          retry: { ...t.retry, dueAt: null },
        }),
        effects: { failure: failureCode ? 'resolved' : 'none' },
      };
    }
    case 'Reorged': {
      const failed = to === 'failed';
      return {
        state: patch(t, {
          status: to,
          inclusion: undefined,
          includedFrom: undefined,
          ...(failed ? {} : { failureCode: undefined }),
          retry: { ...t.retry, dueAt: failed ? null : event.dueAt },
        }),
        effects: { failure: failed ? 'reopened' : 'none', wake: !failed },
      };
    }
    case 'Confirmed':
    case 'Reverted':
    case 'CancelConfirmed': {
      // Rule 12: what was mined is what is shown.
      const revision = t.status === 'included' && event.type !== 'CancelConfirmed' ? t.inclusion.revision : t.revision;
      return {
        state: patch(t, {
          status: to,
          heldNonce: null,
          liveNonce: null,
          revision,
          includedFrom: undefined,
          failureCode: undefined,
          retry: { ...t.retry, dueAt: null },
        }),
        effects: { attempts: 'settle' },
      };
    }
    case 'NonceLost': {
      const open = isOpen(t.status);
      const heldNonce = t.heldNonce === event.nonce ? null : t.heldNonce;
      return {
        state: patch(t, {
          status: to,
          heldNonce,
          liveNonce: null,
          retry: { ...t.retry, dueAt: open ? event.dueAt : null },
        }),
        effects: { attempts: 'writeOff', wake: open },
      };
    }
    case 'NonceReleased':
      return { state: patch(t, { status: to, heldNonce: null, retry: plan(event.retry) }) };
    case 'Failed':
      return {
        state: patch(t, {
          status: to,
          heldNonce: null,
          failureCode: event.failure.code,
          retry: { ...t.retry, dueAt: null },
        }),
        effects: { failure: 'opened' },
      };
    case 'Retried':
      return {
        state: patch(t, {
          status: to,
          heldNonce: null,
          failureCode: undefined,
          cancelRequested: false,
          revision: event.revision,
          validUntil: event.validUntil,
          retry: { ...NO_RETRY, dueAt: event.dueAt },
        }),
        effects: { failure: 'resolved', wake: true },
      };
  }
}

const plan = ({ count, dueAt, lastError }: RetryPlan): RetryState => ({ count, dueAt, lastError });

/** Only the retry changes: the row waits, in the status that it has. An included row waits for the tracker alone. */
export function reschedule(transaction: Transaction, retry: RetryPlan): Transaction {
  return waitsForUs(transaction) ? { ...transaction, retry: plan(retry) } : transaction;
}

/** Whether there is anything that a later try could do for the row. */
export const waitsForUs = ({ status }: Transaction): boolean => isOpen(status) && status !== 'included';

/**
 * Builds the next member of the union. The one place where TypeScript is told instead of asked: the table decides the status at run
 * time, and `results.test.ts` checks every reachable result against the shape of its status.
 */
function patch(t: Transaction, changes: Readonly<Record<string, unknown>>): Transaction {
  const next: Record<string, unknown> = { ...t, ...changes };
  for (const name in changes) if (changes[name] === undefined) Reflect.deleteProperty(next, name);
  return next as unknown as Transaction;
}
