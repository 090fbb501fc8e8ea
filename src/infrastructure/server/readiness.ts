import { setTimeout as delay } from 'node:timers/promises';
import type { Parts } from '../container/create-container.ts';
import type { Probe } from '../../adapters/inbound/http/deps.ts';
import { T } from '../container/tokens.ts';

/** Less than the whole answer may take. */
const PROBE_MS = 4_000;

/** How each part is doing, each asked on its own: one that is down, or does not answer, hides no other. */
export function readinessOf(parts: Parts): () => Promise<readonly Probe[]> {
  const { knex, chainId } = parts.get(T.Foundation);
  const [gate, work] = [parts.get(T.Gate), parts.get(T.Work)];
  const database = async (): Promise<string | null> => {
    await knex.raw('SELECT 1');
    return null;
  };
  const chain = async (): Promise<string | null> => {
    const state = await gate.state();
    return state.kind === 'open' ? null : state.message;
  };
  const tracker = async (): Promise<string | null> =>
    (await work.chain(chainId))?.cursor == null ? 'no block has been read yet' : null;
  return () => Promise.all([probe('database', database), probe('chain', chain), probe('tracker', tracker)]);
}

async function probe(name: string, ask: () => Promise<string | null>): Promise<Probe> {
  const timeUp = new AbortController();
  const tooLong = delay(PROBE_MS, `no answer within ${PROBE_MS} ms`, { signal: timeUp.signal, ref: false });
  try {
    const problem = await Promise.race([ask(), tooLong]);
    return { name, ok: problem === null, message: problem ?? 'ok' };
  } catch (error) {
    return { name, ok: false, message: error instanceof Error ? error.message : String(error) };
  } finally {
    tooLong.catch(() => undefined);
    timeUp.abort();
  }
}
