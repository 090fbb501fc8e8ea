import type { NewTransaction } from '../../../../application/change-set.ts';
import { viewOfNew } from '../../../../application/view-of-new.ts';
import type {
  AttemptView,
  EventView,
  FeedEvent,
  TransactionDetail,
  TransactionView,
} from '../../../../application/ports/views.ts';
import type { Hex, Millis } from '../../../../domain/primitives.ts';
import { eip55 } from './address.ts';
import { iso, isoOrNull } from './time.ts';

/** Operators see whose it is and what the nodes said; clients see neither. */
export type Audience = 'client' | 'admin';

const SELECTOR_CHARACTERS = 10;
const decimalOrNull = (quantity: bigint | null): string | null => (quantity === null ? null : quantity.toString());

/** A list's item: how much data there is in the place of the data. */
export const listed = (view: TransactionView, audience: Audience) => ({
  ...common(view, audience),
  dataBytes: (view.request.data.length - 2) / 2,
  selector: selectorOf(view),
});

export const detailed = (view: TransactionDetail, audience: Audience) => ({
  ...common(view, audience),
  data: view.request.data,
  attempts: view.attempts.map((attempt) => presentAttempt(attempt, audience)),
  events: view.events.map((event) => presentEvent(event, audience)),
});

/** As it was accepted, without attempts and events: what has become of it since, the next read tells. */
export const justAccepted = (recorded: NewTransaction, at: Millis) => ({
  ...common(viewOfNew(recorded, at), 'client'),
  data: recorded.content.request.data,
  attempts: [],
  events: [],
});

function common(view: TransactionView, audience: Audience) {
  const { request, failure, closed, block, retry } = view;
  return {
    id: view.id,
    version: view.version,
    status: view.status,
    ...(audience === 'admin' && { client: view.client }),
    chainId: view.chainId,
    from: eip55(view.from),
    to: request.to === null ? null : eip55(request.to),
    value: request.valueWei.toString(),
    gasLimit: decimalOrNull(request.gasLimit),
    maxFeePerGas: decimalOrNull(request.maxFeePerGasWei),
    maxPriorityFeePerGas: decimalOrNull(request.maxPriorityFeePerGasWei),
    nonce: view.nonce,
    hash: view.hash,
    retry: { count: retry.count, nextAt: isoOrNull(retry.dueAt), lastError: retry.lastError },
    failure: failure && {
      code: failure.code,
      message: failure.message,
      ...(audience === 'admin' && { nodeMessage: failure.nodeMessage }),
    },
    settled: view.settled,
    closed: closed && { at: iso(closed.at), by: closed.by, reason: closed.reason },
    block: block && { number: String(block.number), hash: block.hash },
    cancelRequested: view.cancelRequested,
    revision: view.revision,
    metadata: view.metadata,
    validUntil: isoOrNull(view.validUntil),
    idempotencyKey: view.idempotencyKey,
    createdAt: iso(view.createdAt),
    updatedAt: iso(view.updatedAt),
  };
}

/** Init code has none. */
function selectorOf({ request }: TransactionView): Hex | null {
  if (request.to === null || request.data.length < SELECTOR_CHARACTERS) return null;
  return request.data.slice(0, SELECTOR_CHARACTERS) as Hex;
}

const presentAttempt = (attempt: AttemptView, audience: Audience) => ({
  kind: attempt.kind,
  revision: attempt.revision,
  hash: attempt.hash,
  nonce: attempt.nonce,
  maxFeePerGas: attempt.maxFeePerGasWei.toString(),
  maxPriorityFeePerGas: attempt.maxPriorityFeePerGasWei.toString(),
  signedAt: iso(attempt.signedAt),
  publishedAt: isoOrNull(attempt.publishedAt),
  outcome: attempt.outcome,
  error: attempt.error && {
    code: attempt.error.class,
    ...(audience === 'admin' && { message: attempt.error.message }),
  },
});

function presentEvent({ id, at, type, from, to, actor, detail }: EventView, audience: Audience) {
  return { id, at: iso(at), type, from, to, actor, detail: audience === 'admin' ? detail : withoutNodeMessage(detail) };
}

/** An event outside its transaction, in the feed. */
export const feedItem = (event: FeedEvent, audience: Audience) => ({
  ...presentEvent(event, audience),
  transactionId: event.transactionId,
  ...(audience === 'admin' && { client: event.client, chainId: event.chainId }),
});

/** A node's words may tell of our endpoints: under this name they are in a detail, and for operators only. */
function withoutNodeMessage(detail: EventView['detail']): EventView['detail'] {
  if (detail === null || !('nodeMessage' in detail)) return detail;
  const { nodeMessage: _, ...rest } = detail;
  return rest;
}
