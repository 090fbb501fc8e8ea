import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { API_KEY } from '../../../test/support/server-process.ts';
import { requestOf, type Payment } from './payments.ts';

const BATCH = 500;
const CONNECTIONS = 4;

/** Bodies of batches, made before the clock runs, as the raw node's are. */
export const batchBodies = (payments: readonly Payment[], estimate: boolean): readonly string[] =>
  Array.from({ length: Math.ceil(payments.length / BATCH) }, (_, b) =>
    JSON.stringify({
      transactions: payments.slice(b * BATCH, (b + 1) * BATCH).map((payment) => requestOf(payment, estimate)),
    }),
  );

/** Posts all of them over a few connections; the ids. Held back (503), a batch waits as it is told. @throws Error on any refusal */
export async function postBatches(origin: string, bodies: readonly string[]): Promise<readonly string[]> {
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
  const waiting = [...bodies];
  const ids: string[] = [];
  const postOnAndOn = async (): Promise<void> => {
    for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) ids.push(...(await post(pool, body)));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, postOnAndOn));
  await pool.close();
  return ids;
}

async function post(pool: Pool, body: string): Promise<readonly string[]> {
  for (;;) {
    const answer = await pool.request({
      method: 'POST',
      path: '/v1/transactions/batch',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body,
    });
    const text = await answer.body.text();
    if (answer.statusCode === 503) {
      await sleep(1_000 * Number(answer.headers['retry-after'] ?? 1));
      continue;
    }
    if (answer.statusCode !== 202) throw new Error(`a batch was answered ${answer.statusCode}: ${text.slice(0, 500)}`);
    const { results } = JSON.parse(text) as { results: readonly { id?: string; error?: unknown }[] };
    return results.map(({ id, error }) => {
      if (id === undefined) throw new Error(`refused: ${JSON.stringify(error)}`);
      return id;
    });
  }
}
