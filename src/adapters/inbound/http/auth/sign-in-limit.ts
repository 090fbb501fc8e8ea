import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { send } from '../answer.ts';
import { later } from '../problem.ts';

const WINDOW_MS = 60_000;

/** Failed attempts to sign in, by address. Those that succeed don't count. */
export const signInLimit = (failuresPerMinute: number) =>
  rateLimit({
    windowMs: WINDOW_MS,
    limit: failuresPerMinute,
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_request, response) => response.statusCode !== 401,
    keyGenerator: ({ ip }) => (ip === undefined ? 'unknown' : ipKeyGenerator(ip)),
    legacyHeaders: false,
    standardHeaders: false,
    validate: false,
    handler: (_request, response) => {
      const detail = 'Too many failed attempts to sign in from this address.';
      send(response, later('rate_limited', WINDOW_MS, { detail }));
    },
  });
