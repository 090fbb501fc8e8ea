import type { TransactionFilter } from '../../../../application/ports/views.ts';
import { eip55 } from './address.ts';
import { iso } from './time.ts';

/** A filter of the administrator's list as a caller writes it in JSON. */
export function shownFilter(filter: TransactionFilter): Readonly<Record<string, unknown>> {
  const { from, to, createdAfter, createdBefore, ...others } = filter;
  return {
    ...others,
    ...(from !== undefined && { from: eip55(from) }),
    ...(to !== undefined && { to: eip55(to) }),
    ...(createdAfter !== undefined && { createdAfter: iso(createdAfter) }),
    ...(createdBefore !== undefined && { createdBefore: iso(createdBefore) }),
  };
}
