import type { ErrorRequestHandler } from 'express';
import type { Log } from '../../../application/ports/observability.ts';
import { LedgerUnavailable } from '../../../application/ports/ledger-unavailable.ts';
import { send } from './answer.ts';
import { RETRY_AFTER_MS } from './limits.ts';
import { later, notFound, problemAnswer } from './problem.ts';
import { requestIdOf } from './request/context.ts';

/** What no route has answered: an address that cannot be decoded, a condition or a range of a file that does not hold, a ledger that is away, or a bug. Never a 5xx other than 503. */
export const lastError =
  (log: Log): ErrorRequestHandler =>
  (error: unknown, request, response, _next) => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (isUndecodable(error)) {
      send(response, notFound(request.path.startsWith('/v1/admin/') ? 'admin' : 'client'));
      return;
    }
    const refused = conditionOfFile(error);
    if (refused !== null) {
      send(response, problemAnswer(refused));
      return;
    }
    const fields = { requestId: requestIdOf(response), method: request.method, path: request.path };
    if (error instanceof LedgerUnavailable)
      log.warn({ ...fields, reason: error.message }, 'the ledger is not available');
    else
      log.error(
        { ...fields, error: error instanceof Error ? (error.stack ?? error.message) : String(error) },
        'a request met a bug',
      );
    send(response, later('unavailable', RETRY_AFTER_MS));
  };

/** Express' router says so of a path with a broken percent-encoding: no id is written like that. */
const isUndecodable = (error: unknown): boolean => error instanceof URIError;

/** Express' file server says so by an error (RFC 9110, 13 and 14). */
function conditionOfFile(error: unknown): 'precondition_failed' | 'range_not_satisfiable' | null {
  if (!(error instanceof Error) || !('statusCode' in error)) return null;
  if (error.statusCode === 412) return 'precondition_failed';
  return error.statusCode === 416 ? 'range_not_satisfiable' : null;
}
