import type { z } from 'zod';
import type { TransactionFilter } from '../../../../application/ports/views.ts';
import type { ChainId } from '../../../../domain/primitives.ts';
import type { BulkRetryFilter } from '../schemas/bulk-retry.ts';
import type { adminListQuery, clientListQuery } from '../schemas/lists.ts';

/**
 * The filter of a list, in one order of its fields and its statuses: equal filters are equal as JSON, whatever order they were asked in.
 */
export function clientFilter(client: string, query: z.output<typeof clientListQuery>): TransactionFilter {
  return { client, ...common(query), ...given('idempotencyKey', query.idempotencyKey) };
}

type AdminQuery = z.output<typeof adminListQuery>;

/** Of open failures alone, which is for the use case to add. */
export const bulkFilter = ({ status: _status, closed: _closed, ...fields }: BulkRetryFilter): TransactionFilter =>
  adminFilter(fields);

export function adminFilter(query: AdminQuery): TransactionFilter {
  return {
    ...common(query),
    ...given('chainId', query.chainId as ChainId | undefined),
    ...given('to', query.to),
    ...given('nonce', query.nonce),
    ...given('errorCode', query.errorCode),
    ...given('closed', query.closed),
    ...given('q', query.q),
  };
}

const common = (query: z.output<typeof clientListQuery> | AdminQuery): TransactionFilter => ({
  ...given('statuses', query.status && [...new Set(query.status)].sort()),
  ...given('from', query.from),
  ...given('hash', query.hash),
  ...given('createdAfter', query.createdAfter),
  ...given('createdBefore', query.createdBefore),
});

const given = <Name extends keyof TransactionFilter>(
  name: Name,
  value: TransactionFilter[Name] | undefined,
): Pick<TransactionFilter, Name> | object => (value === undefined ? {} : { [name]: value });
