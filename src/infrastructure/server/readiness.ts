import { setTimeout as delay } from 'node:timers/promises';
import type { Probe } from '../../adapters/inbound/http/deps.ts';
import { WriteProbe } from '../../adapters/outbound/sql/write-probe.ts';
import type { Parts } from '../container/create-container.ts';
import { T } from '../container/tokens.ts';

/** Less than the whole answer may take. */
const PROBE_MS = 4_000;

/** How a part is doing: a sentence for whoever asks. */
interface State {
  readonly ok: boolean;
  readonly message: string;
}
const OK: State = { ok: true, message: 'ok' };
const down = (message: string): State => ({ ok: false, message });

/** How each part is doing, each asked on its own: one that is down, or does not answer, hides no other. */
export function readinessOf(
  parts: Pick<Parts, 'get'>,
  chainLives: () => boolean = () => true,
  writes: Pick<WriteProbe, 'check'> = new WriteProbe(parts.get(T.Foundation).knex, parts.get(T.Clock)),
): () => Promise<readonly Probe[]> {
  const { chainId } = parts.get(T.Foundation);
  const [gate, work] = [parts.get(T.Gate), parts.get(T.Work)];
  const database = async (): Promise<State> => {
    await writes.check();
    return OK;
  };
  const chain = async (): Promise<State> => {
    // The gate remembers for a while that it was open.
    if (!chainLives()) return down('the embedded chain has ended, and this server is about to');
    const state = await gate.state();
    return state.kind === 'open' ? OK : down(state.message);
  };
  const tracker = async (): Promise<State> =>
    (await work.chain(chainId))?.cursor == null ? down('no block has been read yet') : OK;
  // Those that are paused wait for a person; the others go on, and intake does, so this process is ready for its callers.
  const signers = async (): Promise<State> => {
    const all = await work.signers(chainId);
    const paused = all.flatMap(({ key, paused }) => (paused === null ? [] : [`${key.address} (${paused.reason})`]));
    return paused.length === 0
      ? OK
      : { ok: true, message: `${paused.length} of ${all.length} paused: ${paused.join(', ')}` };
  };
  return () =>
    Promise.all([
      probe('database', database),
      probe('chain', chain),
      probe('tracker', tracker),
      probe('signers', signers),
    ]);
}

async function probe(name: string, ask: () => Promise<State>): Promise<Probe> {
  const timeUp = new AbortController();
  const tooLong = delay(PROBE_MS, down(`no answer within ${PROBE_MS} ms`), { signal: timeUp.signal, ref: false });
  try {
    return { name, ...(await Promise.race([ask(), tooLong])) };
  } catch (error) {
    return { name, ...down(error instanceof Error ? error.message : String(error)) };
  } finally {
    tooLong.catch(() => undefined);
    timeUp.abort();
  }
}
