import type { RetryCause } from '../retry/retry-cause.ts';
import type { Millis, TxHash } from '../primitives.ts';
import type { AttemptKind } from './attempt.ts';
import type { Failure } from './failure.ts';
import type { Inclusion } from './transaction.ts';

/** How a retry is planned by an event: `count` is the new count, `dueAt` when to go on. */
export interface RetryPlan {
  readonly count: number;
  readonly dueAt: Millis | null;
  readonly lastError: RetryCause | null;
}

/** Everything that can happen to a transaction. Facts are in the event, so that `transition` needs nothing else. */
export type LifecycleEvent =
  | { readonly type: 'NonceReserved'; readonly nonce: number }
  | { readonly type: 'Signed'; readonly hash: TxHash; readonly kind: AttemptKind; readonly dueAt: Millis | null }
  | { readonly type: 'AttemptAdded'; readonly hash: TxHash; readonly kind: AttemptKind; readonly dueAt: Millis | null }
  | { readonly type: 'Published'; readonly hash: TxHash; readonly dueAt: Millis | null }
  | { readonly type: 'CancelRequested'; readonly dueAt: Millis }
  | { readonly type: 'Cancelled' }
  | { readonly type: 'Included'; readonly inclusion: Inclusion }
  | { readonly type: 'Reorged'; readonly dueAt: Millis }
  | { readonly type: 'Confirmed' }
  | { readonly type: 'Reverted' }
  | { readonly type: 'CancelConfirmed' }
  | { readonly type: 'NonceLost'; readonly nonce: number; readonly dueAt: Millis }
  | { readonly type: 'NonceReleased'; readonly reason: RetryCause | 'nonceUsed'; readonly retry: RetryPlan }
  | { readonly type: 'Failed'; readonly failure: Failure }
  | { readonly type: 'Expired' }
  | {
      readonly type: 'Retried';
      readonly revision: number;
      readonly validUntil: Millis | null;
      readonly dueAt: Millis;
    };

export type LifecycleEventType = LifecycleEvent['type'];
export type EventOf<Type extends LifecycleEventType> = Extract<LifecycleEvent, { type: Type }>;

export const LIFECYCLE_EVENT_TYPES = [
  'NonceReserved',
  'Signed',
  'AttemptAdded',
  'Published',
  'CancelRequested',
  'Cancelled',
  'Included',
  'Reorged',
  'Confirmed',
  'Reverted',
  'CancelConfirmed',
  'NonceLost',
  'NonceReleased',
  'Failed',
  'Expired',
  'Retried',
] as const satisfies readonly LifecycleEventType[];
