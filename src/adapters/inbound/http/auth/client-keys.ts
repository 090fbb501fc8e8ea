import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { unauthenticated } from '../problem.ts';
import { bearerToken } from './bearer.ts';
import { refused, type Authentication } from './caller.ts';
import { sha256 } from './sha256.ts';

/** The client whose key this is, or null. */
export type FindClient = (key: string) => string | null;

/** Compares hashes, all of them each time: how long it takes tells nothing about any key. */
export function findClientAmong(clients: ReadonlyMap<string, readonly Uint8Array[]>): FindClient {
  const keys = [...clients].flatMap(([name, hashes]) => hashes.map((hash) => ({ name, hash: Buffer.from(hash) })));
  return (key) => {
    const presented = sha256(key);
    let found: string | null = null;
    for (const { name, hash } of keys) if (timingSafeEqual(presented, hash)) found = name;
    return found;
  };
}

const REALM = 'Bearer realm="transactions"';

/** By what was sent alone: it tells nothing about any key. */
const notKnown = (key: string): string =>
  `This API key is not known.${key.includes(':') ? ' Send only what stands behind the colon of NAME:KEY.' : ''}`;

export function clientAuthentication(find: FindClient): (headers: IncomingHttpHeaders) => Authentication {
  return ({ authorization }) => {
    const key = bearerToken(authorization);
    if (key === null) return refused(unauthenticated(REALM, 'Send your API key: Authorization: Bearer KEY.'));
    const name = find(key);
    if (name === null) return refused(unauthenticated(`${REALM}, error="invalid_token"`, notKnown(key)));
    return { ok: true, caller: { kind: 'client', name } };
  };
}
