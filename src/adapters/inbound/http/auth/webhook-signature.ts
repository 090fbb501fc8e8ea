import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../../../application/ports/clock.ts';
import { unauthenticated } from '../problem.ts';
import { refused, type Authentication } from './caller.ts';

const TOLERANCE_SECONDS = 300;
const PREFIX = 'whsec_';
const CHALLENGE = 'StandardWebhooks realm="signing side"';

/**
 * Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`, the body as it came over the wire. Written on Node's own
 * crypto, which takes a twentieth of the time of the reference library's; the tests sign with that library.
 */
export function webhookAuthentication(
  secrets: readonly string[],
  clock: Clock,
): (headers: IncomingHttpHeaders) => Authentication {
  const keys = secrets.map((secret) =>
    Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64'),
  );
  return (headers) => {
    const id = headers['webhook-id'];
    const timestamp = headers['webhook-timestamp'];
    const signature = headers['webhook-signature'];
    if (typeof id !== 'string' || id === '' || typeof timestamp !== 'string' || typeof signature !== 'string') {
      return refused(
        unauthenticated(CHALLENGE, 'Sign the request: webhook-id, webhook-timestamp and webhook-signature.'),
      );
    }
    if (!isRecent(timestamp, clock))
      return refused(unauthenticated(CHALLENGE, 'The timestamp is more than 5 minutes off.'));
    const offered = signaturesIn(signature);
    return {
      ok: true,
      caller: {
        kind: 'signing side',
        signed: (body) => keys.map((key) => matches(key, `${id}.${timestamp}.`, body, offered)).includes(true),
      },
    };
  };
}

export const notSigned = unauthenticated(CHALLENGE, 'The signature does not fit.');

const isRecent = (timestamp: string, clock: Clock): boolean =>
  /^[0-9]{1,12}$/.test(timestamp) && Math.abs(Math.floor(clock.now() / 1000) - Number(timestamp)) <= TOLERANCE_SECONDS;

const MOST_SIGNATURES = 10;

/** `v1,BASE64 v1,BASE64 …`: more than one while secrets are exchanged. */
const signaturesIn = (header: string): readonly Buffer[] =>
  header
    .split(' ', MOST_SIGNATURES)
    .filter((part) => part.startsWith('v1,'))
    .map((part) => Buffer.from(part.slice(3), 'base64'));

function matches(key: Buffer, head: string, body: Uint8Array, offered: readonly Buffer[]): boolean {
  const right = createHmac('sha256', key).update(head).update(body).digest();
  return offered.some((one) => one.length === right.length && timingSafeEqual(one, right));
}
