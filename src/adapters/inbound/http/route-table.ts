import { cancelTransaction } from './routes/admin/cancel-transaction.ts';
import { closeTransaction } from './routes/admin/close-transaction.ts';
import { createBulkRetry } from './routes/admin/create-bulk-retry.ts';
import { listAllEvents } from './routes/admin/list-events.ts';
import { listAudit } from './routes/admin/list-audit.ts';
import { listBulkRetries } from './routes/admin/list-bulk-retries.ts';
import { listSigners } from './routes/admin/list-signers.ts';
import { readOverview } from './routes/admin/read-overview.ts';
import { listTransactions } from './routes/admin/list-transactions.ts';
import { readBulkRetry } from './routes/admin/read-bulk-retry.ts';
import { readTransaction } from './routes/admin/read-transaction.ts';
import { retryTransaction } from './routes/admin/retry-transaction.ts';
import { signIn } from './routes/admin/sign-in.ts';
import { signOut } from './routes/admin/sign-out.ts';
import { cancel } from './routes/client/cancel.ts';
import { listEvents } from './routes/client/list-events.ts';
import { list } from './routes/client/list.ts';
import { readOne } from './routes/client/read-one.ts';
import { submitBatch } from './routes/client/submit-batch.ts';
import { submit } from './routes/client/submit.ts';
import { signedTransactions } from './routes/internal/signed-transactions.ts';
import { docs } from './routes/operations/docs.ts';
import { healthz } from './routes/operations/healthz.ts';
import { metrics } from './routes/operations/metrics.ts';
import { openapi } from './routes/operations/openapi.ts';
import { readyz } from './routes/operations/readyz.ts';
import type { Route } from './route.ts';

/**
 * Every call of the API. Mounting, role checks, 405 with `Allow`, the OpenAPI document and the docs page are made from this, so they
 * cannot disagree. The order is that of the search for a path: what is called most stands first, and `/batch` before `/{id}`.
 */
export const ROUTES: readonly Route[] = [
  submit,
  list,
  submitBatch,
  signedTransactions,
  readOne,
  cancel,
  listEvents,

  signIn,
  signOut,
  listTransactions,
  readTransaction,
  retryTransaction,
  cancelTransaction,
  closeTransaction,
  createBulkRetry,
  readBulkRetry,
  listBulkRetries,
  listSigners,
  readOverview,
  listAudit,
  listAllEvents,

  healthz,
  readyz,
  metrics,
  openapi,
  docs,
];
