import { empty } from '../../answer.ts';
import { endedCookie } from '../../auth/session-cookie.ts';
import { route } from '../../route.ts';

export const signOut = route({
  part: 'admin',
  method: 'DELETE',
  path: '/v1/admin/session',
  who: 'viewer',
  name: 'signOut',
  summary: 'Sign out',
  answers: { 204: { description: 'The session is over.' } },
  async handle({ accounts, events }, { caller, secure }) {
    await accounts.closeSession(caller.tokenHash);
    await events.recheck();
    return empty(204, { 'Set-Cookie': endedCookie(secure) });
  },
});
