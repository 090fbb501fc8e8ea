import type { Request } from 'express';
import { ROLES, type Role } from '../../../../application/ports/accounts.ts';
import type { Clock } from '../../../../application/ports/clock.ts';
import type { AdminPart } from '../deps.ts';
import { problemAnswer, unauthenticated } from '../problem.ts';
import { contentTypeFault } from '../request/content-type.ts';
import { bearerToken } from './bearer.ts';
import { refused, type Authentication } from './caller.ts';
import type { FindClient } from './client-keys.ts';
import { tokenFromCookie } from './session-cookie.ts';
import { sha256 } from './sha256.ts';

export const ADMIN_REALM = 'Bearer realm="admin"';

/** viewer ⊂ operator ⊂ administrator. */
const covers = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** Finds the signed-in user by the token of `Authorization: Bearer` or of the cookie, and asks whether its role is enough. */
export function sessionAuthentication(
  { accounts, sessionIdleMs }: Pick<AdminPart, 'accounts' | 'sessionIdleMs'>,
  clock: Clock,
  findClient: FindClient,
) {
  return async (request: Request, needed: Role, inUse: boolean): Promise<Authentication> => {
    const bearer = bearerToken(request.headers.authorization);
    const token = bearer ?? tokenFromCookie(request.headers.cookie);
    if (token === null) return refused(unauthenticated(ADMIN_REALM, 'Sign in first: POST /v1/admin/session.'));
    if (bearer !== null && (await findClient(bearer)) !== null) {
      return refused(
        problemAnswer('forbidden', { detail: "This is a client's API key; this call is for signed-in users." }),
      );
    }
    const tokenHash = sha256(token);
    const session = await accounts.findSession(tokenHash, clock.now(), sessionIdleMs, inUse);
    if (!session) {
      return refused(
        unauthenticated(`${ADMIN_REALM}, error="invalid_token"`, 'The session is over, or never was. Sign in again.'),
      );
    }
    if (bearer === null && isWrite(request) && !isFromOwnPage(request)) {
      return refused(
        problemAnswer('forbidden', {
          detail: 'A write by cookie needs our own Origin and the content type application/json.',
        }),
      );
    }
    if (!covers(session.role, needed)) {
      return refused(
        problemAnswer('forbidden', { detail: `This call needs the role ${needed}; you are ${session.role}.` }),
      );
    }
    return { ok: true, caller: { kind: 'user', username: session.username, role: session.role, tokenHash } };
  };
}

const isWrite = ({ method }: Request): boolean => method !== 'GET' && method !== 'HEAD';

/** A browser sends the cookie along with whatever page asks it to; only our own pages have our origin and may send JSON. */
function isFromOwnPage(request: Request): boolean {
  const { origin } = request.headers;
  if (origin === undefined || contentTypeFault(request.headers) !== null) return false;
  const url = URL.canParse(origin) ? new URL(origin) : null;
  const host = request.host as string | undefined;
  return url !== null && host !== undefined && url.host === host.toLowerCase().replace(defaultPort(url.protocol), '');
}

const defaultPort = (protocol: string): RegExp => (protocol === 'https:' ? /:443$/ : /:80$/);
