import { setTimeout as delay } from 'node:timers/promises';
import { API_KEY, api } from '../server-process.ts';
import { insist } from './violation.ts';
import type { Wish } from './wish.ts';

/** What the API says of a transaction, as far as it is compared. */
export interface Listed {
  readonly id: string;
  readonly status: string;
  readonly from: string;
  readonly nonce: number | null;
  readonly hash: string | null;
  readonly settled: boolean;
  readonly block: { readonly number: string; readonly hash: string } | null;
  readonly idempotencyKey: string;
  readonly revision: number;
  readonly retry: { readonly count: number; readonly lastError: string | null };
}

/** Null where the connection broke: whether the server took the call is not known. */
type Reply<Answer> = { readonly status: number; readonly body: Answer } | null;

const AT_ONCE = 16;
const PAGE = 200;
const AGAIN_MS = 50;

export async function tryCall<Answer>(...call: Parameters<typeof api>): Promise<Reply<Answer>> {
  try {
    return await api<Answer>(...call);
  } catch {
    return null;
  }
}

/** A good client: a key for each transaction, and the same call again until it has its 202, whoever died meanwhile. */
export class Client {
  readonly wishes: Wish[] = [];
  /** The ids of what was answered with 202, by key. */
  readonly ids = new Map<string, string>();
  readonly #token: string;

  constructor(token = API_KEY) {
    this.#token = token;
  }

  want(wishes: readonly Wish[]): void {
    this.wishes.push(...wishes);
  }

  /** Posts whatever has no 202 yet, one by one or as batches; stops where the server is gone. True when all are accepted. */
  async send(origin: string, inBatches = false): Promise<boolean> {
    const open = this.wishes.filter(({ key }) => !this.ids.has(key));
    const queue = inBatches ? inGroups(open, Math.ceil(open.length / 3)) : open.map((wish) => [wish]);
    let gone = false;
    const one = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined && !gone; next = queue.shift()) {
        const accepted = inBatches ? await this.#batch(origin, next) : await this.#single(origin, next[0] as Wish);
        if (!accepted) gone = true;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    return !gone;
  }

  /** Every key once more: each must give the id that it gave before. */
  async repeatAll(origin: string): Promise<void> {
    for (const group of inGroups(this.wishes, 500)) {
      const before = new Map(this.ids);
      insist(await this.#batch(origin, group), 'contradiction', 'the server is gone while keys are repeated');
      for (const { key } of group)
        insist(
          before.get(key) === this.ids.get(key),
          'doubled',
          `${key} gave ${String(before.get(key))} and now ${String(this.ids.get(key))}`,
        );
    }
  }

  /** How many of its transactions are not in a last state yet. */
  async hasOpen(origin: string): Promise<boolean> {
    const open = ['queued', 'signed', 'broadcast', 'included', 'failed'].map((status) => `status=${status}`).join('&');
    const answer = await this.#get<{ items: unknown[] }>(origin, `/v1/transactions?limit=1&${open}`);
    return answer.items.length > 0;
  }

  /** All of its transactions. */
  async list(origin: string): Promise<readonly Listed[]> {
    const items: Listed[] = [];
    for (let cursor = ''; ;) {
      const page = await this.#get<{ items: Listed[]; nextCursor: string | null }>(
        origin,
        `/v1/transactions?limit=${PAGE}${cursor}`,
      );
      items.push(...page.items);
      if (page.nextCursor === null) return items;
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
  }

  async one(origin: string, id: string): Promise<Reply<Listed>> {
    return tryCall<Listed>(origin, 'GET', `/v1/transactions/${id}`, { token: this.#token });
  }

  /** True: cancelled, by this call or an earlier one. False: the server is gone. */
  async cancel(origin: string, id: string): Promise<boolean> {
    const reply = await tryCall<{ current?: { status: string } }>(origin, 'POST', `/v1/transactions/${id}/cancel`, {
      token: this.#token,
      body: {},
    });
    if (reply === null) return false;
    const already = reply.status === 409 && reply.body.current?.status === 'cancelled';
    insist(reply.status === 202 || already, 'contradiction', `cancel of ${id}: ${JSON.stringify(reply)}`);
    return true;
  }

  async #single(origin: string, { key, body }: Wish): Promise<boolean> {
    const headers = { 'idempotency-key': key };
    for (;;) {
      const reply = await tryCall<Listed>(origin, 'POST', '/v1/transactions', { body, headers, token: this.#token });
      if (reply === null) return false;
      if (reply.status === 202) {
        this.ids.set(key, reply.body.id);
        return true;
      }
      insist(reply.status === 503, 'contradiction', `POST of ${key}: ${JSON.stringify(reply)}`);
      await delay(AGAIN_MS);
    }
  }

  async #batch(origin: string, wishes: readonly Wish[]): Promise<boolean> {
    if (wishes.length === 0) return true;
    const transactions = wishes.map(({ key, body }) => ({ ...body, idempotencyKey: key }));
    for (;;) {
      const reply = await tryCall<{ results: { id?: string }[] }>(origin, 'POST', '/v1/transactions/batch', {
        body: { transactions },
        token: this.#token,
      });
      if (reply === null) return false;
      if (reply.status === 202) {
        wishes.forEach(({ key }, i) => {
          const id = reply.body.results[i]?.id;
          insist(id !== undefined, 'contradiction', `batch item ${key}: ${JSON.stringify(reply.body.results[i])}`);
          this.ids.set(key, id);
        });
        return true;
      }
      insist(reply.status === 503, 'contradiction', `POST of a batch: ${JSON.stringify(reply)}`);
      await delay(AGAIN_MS);
    }
  }

  async #get<Answer>(origin: string, path: string): Promise<Answer> {
    const { status, body } = await api<Answer>(origin, 'GET', path, { token: this.#token });
    insist(status === 200, 'contradiction', `GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }
}

function inGroups<Item>(items: readonly Item[], size: number): Item[][] {
  const groups: Item[][] = [];
  for (let at = 0; at < items.length; at += size) groups.push(items.slice(at, at + size));
  return groups;
}
