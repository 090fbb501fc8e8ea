import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isFresh } from '../../../../application/is-fresh.ts';
import type { ApiClients, ApiKeyRecord } from '../../../../application/ports/api-clients.ts';
import type { Clock } from '../../../../application/ports/clock.ts';
import { LedgerUnavailable } from '../../../../application/ports/ledger-unavailable.ts';
import { unauthenticated } from '../problem.ts';
import { bearerToken } from './bearer.ts';
import { refused, type Authentication } from './caller.ts';
import { sha256 } from './sha256.ts';

/** The client whose key this is, or null. */
export type FindClient = (key: string) => Promise<string | null>;

/** How long a key that was revoked may still be taken, and one that was added not yet. */
const GOOD_FOR_MS = 2_000;
/** Bytes of a hash that lead to the few that are compared: of a hash that nobody can choose, they tell nothing. */
const SHELF_BYTES = 4;

interface Held {
  readonly client: string;
  readonly hash: Buffer;
  /** null: from the environment, where uses are not noted. */
  usedOn: string | null | undefined;
}

interface Keys {
  readonly readAt: number;
  readonly shelves: ReadonlyMap<number, readonly Held[]>;
}

/**
 * The clients of the environment and those of the database. All keys are read at once, every two seconds at most while somebody calls: a
 * flood of wrong keys asks the database no more often than a single right one.
 * @param given each client of the environment with the SHA-256 of its keys
 */
export function knownClients(
  given: ReadonlyMap<string, readonly Uint8Array[]>,
  apiClients: Pick<ApiClients, 'keys' | 'noteUse'>,
  clock: Clock,
): FindClient {
  let reading: { readonly at: number; readonly keys: Promise<Keys> } | null = null;
  let last: Keys | null = null;

  async function read(): Promise<Keys> {
    const readAt = clock.now();
    last = { readAt, shelves: shelved(given, await apiClients.keys()) };
    return last;
  }

  function current(): Keys | Promise<Keys> {
    const now = clock.now();
    if (last !== null && isFresh(last.readAt, now, GOOD_FOR_MS)) return last;
    if (reading === null || !isFresh(reading.at, now, GOOD_FOR_MS)) {
      const keys = read().finally(() => (reading = null));
      reading = { at: now, keys };
    }
    return reading.keys;
  }

  /** Once a day and key, as far as this process knows. */
  async function noteUse(held: Held): Promise<void> {
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    if (held.usedOn === undefined || held.usedOn === day) return;
    held.usedOn = day;
    try {
      await apiClients.noteUse(held.hash, day);
    } catch (error) {
      // What the call itself needs of the database, it will say.
      if (!(error instanceof LedgerUnavailable)) throw error;
    }
  }

  return async (key) => {
    const presented = sha256(key);
    const { shelves } = await current();
    let found: Held | null = null;
    for (const held of shelves.get(presented.readUIntBE(0, SHELF_BYTES)) ?? [])
      if (timingSafeEqual(presented, held.hash)) found = held;
    if (found === null) return null;
    await noteUse(found);
    return found.client;
  };
}

function shelved(
  given: ReadonlyMap<string, readonly Uint8Array[]>,
  records: readonly ApiKeyRecord[],
): ReadonlyMap<number, readonly Held[]> {
  const all: Held[] = [
    ...[...given].flatMap(([client, hashes]) =>
      hashes.map((hash) => ({ client, hash: Buffer.from(hash), usedOn: undefined })),
    ),
    ...records.map(({ client, hash, lastUsedDay }) => ({ client, hash: Buffer.from(hash), usedOn: lastUsedDay })),
  ];
  const shelves = new Map<number, Held[]>();
  for (const held of all) {
    const shelf = held.hash.readUIntBE(0, SHELF_BYTES);
    shelves.set(shelf, [...(shelves.get(shelf) ?? []), held]);
  }
  return shelves;
}

const REALM = 'Bearer realm="transactions"';

/** By what was sent alone: it tells nothing about any key. */
const notKnown = (key: string): string =>
  `This API key is not known.${key.includes(':') ? ' Send only what stands behind the colon of NAME:KEY.' : ''}`;

export function clientAuthentication(find: FindClient): (headers: IncomingHttpHeaders) => Promise<Authentication> {
  return async ({ authorization }) => {
    const key = bearerToken(authorization);
    if (key === null) return refused(unauthenticated(REALM, 'Send your API key: Authorization: Bearer KEY.'));
    const name = await find(key);
    if (name === null) return refused(unauthenticated(`${REALM}, error="invalid_token"`, notKnown(key)));
    return { ok: true, caller: { kind: 'client', name } };
  };
}
