import { setTimeout as sleep } from 'node:timers/promises';
import { api, type Reply } from '../../../test/support/server-process.ts';

const OPEN = ['queued', 'signed', 'broadcast', 'included', 'failed'];
const LOOK_EVERY_MS = 50;
const STALLED_AFTER_MS = 120_000;

/** When nothing is open any more, as `performance.now()`. @throws Error where one failed, or it takes more than two minutes */
export async function nothingOpen(origin: string): Promise<number> {
  const query = OPEN.map((status) => `status=${status}`).join('&');
  const begin = performance.now();
  for (;;) {
    const { body } = await api<{ items: { id: string; status: string }[] }>(
      origin,
      'GET',
      `/v1/transactions?limit=1&${query}`,
    );
    const at = performance.now();
    const [first] = body.items;
    if (first === undefined) return at;
    if (first.status === 'failed') throw new Error(`${first.id} failed`);
    if (at - begin > STALLED_AFTER_MS) throw new Error(`${first.id} is ${first.status}, and stays so`);
    await sleep(LOOK_EVERY_MS);
  }
}

interface Item {
  readonly id: string;
  readonly status: string;
  readonly value: string;
  readonly hash: string | null;
}
interface Page {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/**
 * Holds the record to the chain: each id that was answered is confirmed, with the hash that paid for it, and there is no other one.
 * @throws Error where anything is wrong or missing
 */
export async function assertAllConfirmed(
  origin: string,
  { ids, since, hashes }: { ids: readonly string[]; since: Date; hashes: ReadonlyMap<bigint, string> },
): Promise<void> {
  const missing = new Set(ids);
  if (missing.size !== ids.length) throw new Error(`${missing.size} different ids for ${ids.length} transactions`);
  let cursor: string | null = null;
  do {
    const query: URLSearchParams = new URLSearchParams({ limit: '200', createdAfter: since.toISOString() });
    if (cursor !== null) query.set('cursor', cursor);
    const { status, body }: Reply<Page> = await api<Page>(origin, 'GET', `/v1/transactions?${query.toString()}`);
    if (status !== 200) throw new Error(`the list was answered ${status}: ${JSON.stringify(body)}`);
    for (const item of body.items) {
      if (!missing.delete(item.id)) throw new Error(`${item.id} is on record, and was answered to nobody`);
      if (item.status !== 'confirmed') throw new Error(`${item.id} is ${item.status}`);
      if (item.hash !== hashes.get(BigInt(item.value)))
        throw new Error(`${item.id} has the hash ${item.hash ?? 'null'}, which did not pay for it`);
    }
    cursor = body.nextCursor;
  } while (cursor !== null);
  if (missing.size > 0) throw new Error(`${missing.size} ids are not on record, ${[...missing][0] ?? ''} among them`);
}
