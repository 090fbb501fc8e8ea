import { join } from 'node:path';
import { ensureBuilt } from '../../../scripts/setup/build.mjs';
import type { Status } from '../../../src/domain/transaction/transaction.ts';
import { ADMIN_PASSWORD, api, startServerProcess, type ServerOptions, type ServerProcess } from '../server-process.ts';
import { until } from '../until.ts';

/** A transaction as the API tells of it. */
export interface Told {
  readonly id: string;
  readonly version: number;
  readonly status: Status;
  readonly from: string;
  readonly nonce: number | null;
  readonly hash: string | null;
  readonly settled: boolean;
  readonly block: { readonly number: string; readonly hash: string } | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly retry: { readonly count: number; readonly nextAt: string | null; readonly lastError: string | null };
  readonly attempts: readonly {
    readonly kind: string;
    readonly hash: string;
    readonly nonce: number;
    readonly maxFeePerGas: string;
    readonly outcome: string;
    readonly error: { readonly class: string } | null;
  }[];
  readonly events: readonly { readonly type: string; readonly from: Status | null; readonly to: Status | null }[];
}

export interface Wanted {
  readonly to?: string | null;
  readonly from?: string;
  readonly value?: string;
  readonly data?: string;
  readonly gasLimit?: string;
  readonly maxFeePerGas?: string;
  readonly maxPriorityFeePerGas?: string;
  readonly validUntil?: string;
}

/** Each question costs the server a read. */
const ASK_EVERY_MS = 25;

/** Times of a fast chain, so that what waits does not wait long. */
const FAST = { RETRY_BASE_MS: '300', RETRY_STEP_MS: '100', CONFIRMATIONS: '2' };

/** A server of the production build, as its clients see it. */
export class Service {
  readonly process: ServerProcess;

  private constructor(process: ServerProcess) {
    this.process = process;
  }

  static async start(options: Omit<ServerOptions, 'entry'>): Promise<Service> {
    const entry = join(await ensureBuilt(), 'server.js');
    return new Service(await startServerProcess({ ...options, entry, env: { ...FAST, ...options.env } }));
  }

  get origin(): string {
    return this.process.origin;
  }

  /** The id of what was accepted; another answer than 202 is a failure. */
  async post(wanted: Wanted, token?: string): Promise<string> {
    const { status, body } = await api(this.origin, 'POST', '/v1/transactions', {
      body: wanted,
      ...(token === undefined ? {} : { token }),
    });
    if (status !== 202) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
    return String(body['id']);
  }

  /** In order. */
  async postBatch(transactions: readonly Wanted[]): Promise<readonly string[]> {
    const { status, body } = await api<{ results: readonly { id?: string }[] }>(
      this.origin,
      'POST',
      '/v1/transactions/batch',
      { body: { transactions } },
    );
    const ids = status === 202 ? body.results.flatMap(({ id }) => id ?? []) : [];
    if (ids.length !== transactions.length) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
    return ids;
  }

  async get(id: string, token?: string): Promise<Told> {
    const { status, body } = await api<Told>(
      this.origin,
      'GET',
      `/v1/transactions/${id}`,
      token === undefined ? {} : { token },
    );
    if (status !== 200) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  /** The transaction as soon as it is as described. */
  async when(id: string, what: string, is: (told: Told) => boolean, token?: string): Promise<Told> {
    let last: Told | undefined;
    try {
      return await until(
        `${id} ${what}`,
        async () => {
          last = await this.get(id, token);
          return is(last) && last;
        },
        { everyMs: ASK_EVERY_MS },
      );
    } catch (error) {
      throw new Error(`${(error as Error).message}; it is ${JSON.stringify(last)}`, { cause: error });
    }
  }

  becomes(id: string, status: Status, token?: string): Promise<Told> {
    return this.when(id, `becomes ${status}`, (told) => told.status === status, token);
  }

  /** All of them, by id, once all are in this status. */
  async allBecome(ids: readonly string[], status: Status): Promise<ReadonlyMap<string, Told>> {
    const found = new Map<string, Told>();
    const readAll = async (): Promise<boolean> => {
      found.clear();
      for (let cursor: string | null = ''; cursor !== null;) {
        const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page: { readonly body: { readonly items: readonly Told[]; readonly nextCursor: string | null } } =
          await api(this.origin, 'GET', `/v1/transactions?limit=200&status=${status}${query}`);
        for (const told of page.body.items) found.set(told.id, told);
        cursor = page.body.nextCursor;
      }
      return ids.every((id) => found.has(id));
    };
    await until(`${ids.length} are ${status}`, readAll, { everyMs: 2 * ASK_EVERY_MS });
    return found;
  }

  /** Calls as a signed-in administrator. */
  async admin(): Promise<<Answer>(path: string) => Promise<Answer>> {
    const body = { username: 'admin', password: ADMIN_PASSWORD };
    const session = await api<{ token: string }>(this.origin, 'POST', '/v1/admin/session', { body });
    return async <Answer>(path: string) =>
      (await api<Answer>(this.origin, 'GET', path, { token: session.body.token })).body;
  }
}
