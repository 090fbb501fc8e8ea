import { randomBytes } from 'node:crypto';
import { json } from '../../answer.ts';
import { ADMIN_REALM } from '../../auth/sessions.ts';
import { sessionCookie } from '../../auth/session-cookie.ts';
import { sha256 } from '../../auth/sha256.ts';
import { MAX_BODY_BYTES, RETRY_AFTER_MS } from '../../limits.ts';
import { iso } from '../../present/time.ts';
import { later, unauthenticated } from '../../problem.ts';
import { route } from '../../route.ts';
import { sessionAnswer } from '../../schemas/answers.ts';
import { signInBody } from '../../schemas/session.ts';

const TOKEN_BYTES = 32;

export const signIn = route({
  part: 'admin',
  method: 'POST',
  path: '/v1/admin/session',
  who: 'anyone',
  name: 'signIn',
  summary: 'Sign in',
  description:
    'Sets a cookie for the console; the token also works as `Authorization: Bearer`. Over at `expiresAt`, or earlier where it is not used for a while (30 minutes, unless the service is set otherwise).',
  body: { schema: signInBody, maxBytes: MAX_BODY_BYTES, example: { username: 'admin', password: '…' } },
  answers: {
    200: { description: 'Signed in.', schema: sessionAnswer, headers: { 'Set-Cookie': 'HttpOnly, SameSite=Strict.' } },
  },
  problems: ['unauthenticated', 'rate_limited'],
  async handle({ signIn: signInBy, clock, log }, { body, address, secure, requestId }) {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const outcome = await signInBy({ ...body, address, tokenHash: sha256(token) });
    switch (outcome.kind) {
      case 'busy':
        return later('rate_limited', RETRY_AFTER_MS);
      case 'throttled':
        log.warn({ requestId, address }, 'sign-in held back after too many failures');
        return later('rate_limited', outcome.retryAfterMs, { detail: 'Too many failed attempts to sign in.' });
      case 'refused':
        log.warn({ requestId, address }, 'sign-in refused');
        return unauthenticated(ADMIN_REALM, 'User name or password is wrong.');
      case 'signedIn': {
        const { username, role, expiresAt } = outcome;
        log.info({ username, role, requestId }, 'signed in');
        const maxAgeSeconds = Math.floor((expiresAt - clock.now()) / 1000);
        return json(
          200,
          { token, role, expiresAt: iso(expiresAt) },
          { 'Set-Cookie': sessionCookie(token, maxAgeSeconds, secure) },
        );
      }
    }
  },
});
