import type { Millis } from '../domain/primitives.ts';
import type { NewTransaction } from './change-set.ts';
import type { TransactionView } from './ports/views.ts';

/** What people see of a transaction from the commit that records it until the first move. The ports' contract suites hold it to what is read. */
export const viewOfNew = (
  { id, client, chainId, signer, validUntil, content }: NewTransaction,
  at: Millis,
): TransactionView => ({
  id,
  client,
  version: 1,
  status: 'queued',
  chainId,
  from: signer,
  request: content.request,
  nonce: null,
  hash: null,
  retry: { count: 0, dueAt: at, lastError: null },
  failure: null,
  settled: false,
  closed: null,
  block: null,
  cancelRequested: false,
  revision: 0,
  metadata: content.metadata,
  validUntil,
  idempotencyKey: content.idempotencyKey,
  createdAt: at,
  updatedAt: at,
});
