import type { Request } from 'express';
import type { Clock } from '../../../../application/ports/clock.ts';
import type { Authenticate } from '../mount.ts';
import { later } from '../problem.ts';
import { TokenBuckets, type Taken } from '../token-buckets.ts';
import { addressOf } from './address-of.ts';
import { refused, type Authentication } from './caller.ts';
import { sha256 } from './sha256.ts';
import { isRole } from './who.ts';

/** Beyond these the addresses that were silent longest are forgotten, and the tokens that were let in longest ago. */
const MOST_ADDRESSES = 10_000;
const MOST_LET_IN = 1_000;

/**
 * Bounds what wrong credentials of one address cost. Beyond the limit their 401 becomes 429, and a session is no longer looked up; right
 * ones come in all the same: a key is compared in memory, and a session that was let in lately is looked up as ever. So nobody is locked
 * out by a neighbour behind the same address, but for a session of which this process has not yet heard.
 */
export function limitFailures(authenticate: Authenticate, perSecond: number, clock: Clock): Authenticate {
  if (perSecond <= 0) return authenticate;
  const failures = new TokenBuckets(perSecond, clock, MOST_ADDRESSES);
  const letIn = new Set<string>();

  const counted = (result: Authentication, request: Request): Authentication => {
    if (result.ok || result.answer.status !== 401) return result;
    const taken = failures.take(addressOf(request), 1);
    return taken.ok ? result : tooMany(taken);
  };
  const remember = (credentials: string): void => {
    letIn.delete(credentials);
    letIn.add(credentials);
    const [oldest] = letIn;
    if (letIn.size > MOST_LET_IN && oldest !== undefined) letIn.delete(oldest);
  };
  const ofUser = async (...[who, request, inUse]: Parameters<Authenticate>): Promise<Authentication> => {
    const credentials = credentialsOf(request);
    if (!letIn.has(credentials)) {
      const allowed = failures.peek(addressOf(request), 1);
      if (!allowed.ok) return tooMany(allowed);
    }
    const result = await authenticate(who, request, inUse);
    if (result.ok) remember(credentials);
    return counted(result, request);
  };
  return (who, request, inUse) => {
    if (isRole(who)) return ofUser(who, request, inUse);
    const result = authenticate(who, request, inUse);
    return result instanceof Promise ? result.then((one) => counted(one, request)) : counted(result, request);
  };
}

const tooMany = ({ retryAfterMs }: Extract<Taken, { ok: false }>): Authentication =>
  refused(later('rate_limited', retryAfterMs, { detail: 'Too many wrong credentials from this address.' }));

const credentialsOf = ({ headers }: Request): string =>
  sha256(`${headers.authorization ?? ''}\n${headers.cookie ?? ''}`).toString('base64');
