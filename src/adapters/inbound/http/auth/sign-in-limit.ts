import { ipKeyGenerator, rateLimit, type RateLimitInfo } from 'express-rate-limit';
import type { Request } from 'express';
import type { Clock } from '../../../../application/ports/clock.ts';
import { send } from '../answer.ts';
import { later } from '../problem.ts';
import { FailedAttempts } from './failed-attempts.ts';

const WINDOW_MS = 60_000;

/** Failed attempts to sign in, by address. Those that succeed don't count. */
export const signInLimit = (failuresPerMinute: number, clock: Clock) =>
  rateLimit({
    windowMs: WINDOW_MS,
    limit: failuresPerMinute,
    store: new FailedAttempts(WINDOW_MS, clock),
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_request, response) => response.statusCode !== 401,
    keyGenerator: ({ ip }) => (ip === undefined ? 'unknown' : ipKeyGenerator(ip)),
    legacyHeaders: false,
    standardHeaders: false,
    validate: false,
    handler: (request, response) => {
      const detail = 'Too many failed attempts to sign in from this address.';
      send(response, later('rate_limited', untilReset(request, clock), { detail }));
    },
  });

/** express-rate-limit writes what it knows of the caller onto the request. */
function untilReset(request: Request, clock: Clock): number {
  const { rateLimit: info } = request as Request & { readonly rateLimit?: RateLimitInfo };
  return info?.resetTime ? info.resetTime.getTime() - clock.now() : WINDOW_MS;
}
