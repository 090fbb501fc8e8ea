import { randomBytes } from 'node:crypto';
import { json } from '../../answer.ts';
import { ADMIN_REALM } from '../../auth/sessions.ts';
import { sessionCookie } from '../../auth/session-cookie.ts';
import { sha256 } from '../../auth/sha256.ts';
import { MAX_BODY_BYTES, RETRY_AFTER_MS, SESSION_MS } from '../../limits.ts';
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
  description: 'Sets a cookie for the console; the token also works as `Authorization: Bearer`. Good for 12 hours.',
  body: { schema: signInBody, maxBytes: MAX_BODY_BYTES, example: { username: 'admin', password: '…' } },
  answers: {
    200: { description: 'Signed in.', schema: sessionAnswer, headers: { 'Set-Cookie': 'HttpOnly, SameSite=Strict.' } },
  },
  problems: ['unauthenticated', 'rate_limited'],
  async handle({ verifyCredentials, accounts, clock, log }, { body, secure, requestId }) {
    const user = await verifyCredentials(body.username, body.password);
    if (user === 'busy') return later('rate_limited', RETRY_AFTER_MS);
    if (user === null) {
      log.warn({ requestId }, 'sign-in refused');
      return unauthenticated(ADMIN_REALM, 'User name or password is wrong.');
    }
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const now = clock.now();
    const expiresAt = now + SESSION_MS;
    await accounts.openSession(sha256(token), { ...user, expiresAt }, now);
    log.info({ username: user.username, role: user.role, requestId }, 'signed in');
    return json(
      200,
      { token, role: user.role, expiresAt: iso(expiresAt) },
      { 'Set-Cookie': sessionCookie(token, SESSION_MS / 1000, secure) },
    );
  },
});
