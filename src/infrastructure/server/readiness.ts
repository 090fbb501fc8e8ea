import type { Parts } from '../container/create-container.ts';
import type { Probe } from '../../adapters/inbound/http/deps.ts';
import { T } from '../container/tokens.ts';

/** How each part is doing, each asked on its own: one that is down hides no other. */
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
  try {
    const problem = await ask();
    return { name, ok: problem === null, message: problem ?? 'ok' };
  } catch (error) {
    return { name, ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
