import type { TransactionId } from '../../../../../domain/primitives.ts';
import type { CallerOf } from '../../auth/caller.ts';
import { versionsFromIfMatch } from '../../present/etag.ts';
import type { RouteRequest } from '../../route.ts';

type OperatorCall = RouteRequest<CallerOf<'operator'>, { readonly reason: string }, unknown, TransactionId>;

/** What every command of an operator on a transaction says, whatever is to be done with it. */
export const commandOf = ({ id, body, caller, headers, requestId }: OperatorCall) => ({
  id,
  actor: { name: `user:${caller.username}`, requestId },
  reason: body.reason,
  expectedVersions: versionsFromIfMatch(headers['if-match'], id),
});
