import { setTimeout as sleep } from 'node:timers/promises';
import type { Anvil } from '../../test/support/anvil.ts';
import { api, type ServerProcess } from '../../test/support/server-process.ts';
import type { Address } from '../../src/domain/primitives.ts';
import { lastMined } from './last-mined.ts';

const BATCH = 500;
const POSTS_AT_ONCE = 4;

export interface OurRates {
  /** First POST → last mined, transactions a second. */
  readonly mined: number;
  /** First POST → last confirmed in the record. */
  readonly confirmed: number;
}

export interface Load {
  readonly signers: readonly Address[];
  readonly payees: readonly Address[];
  readonly count: number;
  /** Given, the service has no code or gas to ask about. */
  readonly gasLimit: string | null;
}

/** Posts everything in batches and waits for the end. A wrong or missing transaction is an error. */
export async function ourRates(
  anvil: Anvil,
  server: ServerProcess,
  { signers, payees, count, gasLimit }: Load,
): Promise<OurRates> {
  const batches = Array.from({ length: Math.ceil(count / BATCH) }, (_, b) =>
    Array.from({ length: Math.min(BATCH, count - b * BATCH) }, (_t, i) => ({
      to: payees[(b * BATCH + i) % payees.length],
      from: signers[i % signers.length],
      value: '1',
      ...(gasLimit === null ? {} : { gasLimit }),
    })),
  );
  const startedAt = performance.now();
  const watching = lastMined(anvil, signers, count);
  const ids: string[] = [];
  const post = async (): Promise<void> => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const answer = await api<{ results: { id?: string; error?: unknown }[] }>(
        server.origin,
        'POST',
        '/v1/transactions/batch',
        { body: { transactions: batch } },
      );
      if (answer.status !== 202) throw new Error(`a batch was answered ${answer.status}`);
      for (const result of answer.body.results) {
        if (result.id === undefined) throw new Error(`refused: ${JSON.stringify(result.error)}`);
        ids.push(result.id);
      }
    }
  };
  await Promise.all(Array.from({ length: POSTS_AT_ONCE }, post));
  const minedAt = await watching;
  await allConfirmed(server);
  const confirmedAt = performance.now();
  if (new Set(ids).size !== count) throw new Error(`${new Set(ids).size} ids for ${count} transactions`);
  return { mined: count / ((minedAt - startedAt) / 1_000), confirmed: count / ((confirmedAt - startedAt) / 1_000) };
}

const OPEN = ['queued', 'signed', 'broadcast', 'included', 'failed'];

async function allConfirmed(server: ServerProcess): Promise<void> {
  const query = OPEN.map((status) => `status=${status}`).join('&');
  for (;;) {
    const { body } = await api<{ items: { status: string }[] }>(
      server.origin,
      'GET',
      `/v1/transactions?limit=1&${query}`,
    );
    if (body.items.some((item) => item.status === 'failed')) throw new Error('a transaction failed');
    if (body.items.length === 0) return;
    await sleep(50);
  }
}
