import { setTimeout as delay } from 'node:timers/promises';
import type { FailpointName } from '../../../src/infrastructure/failpoints/failpoint-names.ts';
import { ServerEnded, startServerProcess, type ServerOptions, type ServerProcess } from '../server-process.ts';
import type { ChainPosition } from './crash-chain.ts';
import { expectOnChain } from './on-chain.ts';
import type { Scenario, Stage } from './scenario.ts';
import { insist, Violation } from './violation.ts';

export type Death =
  | { readonly kind: 'failpoint'; readonly name: FailpointName; readonly passing: number }
  /** `kill -9`, so long after the client began to post. */
  | { readonly kind: 'kill'; readonly afterMs: number };

type ServerPlace = Pick<ServerOptions, 'entry' | 'dataDir' | 'rpcUrl'>;

interface ShortLife {
  readonly server: ServerPlace;
  readonly death: Death;
  readonly scenario: Scenario;
  readonly stage: Stage;
  readonly inBatches: boolean;
}

const SETTINGS = { CONFIRMATIONS: '2', RETRY_BASE_MS: '300', RETRY_STEP_MS: '100', RPC_TIMEOUT_MS: '2000' };
/** A failpoint that is not reached by then is never reached: the run said nothing, which is an error. */
const REACHED_WITHIN_MS = 30_000;
const FINISHED_WITHIN_MS = 60_000;
const ASKED_EVERY_MS = 100;

/** A life that ends as `death` says, at the latest when the bound is over: then it is an error. */
export async function liveAndDie({ server: place, death, scenario, stage, inBatches }: ShortLife): Promise<void> {
  await scenario.prepare?.(stage);
  const server = await start(place, death);
  if (server === null) return;
  const over = new AbortController();
  const ended = server.ended.then(({ signal }) => {
    over.abort();
    return signal;
  });
  const done = new AbortController();
  const work = async (): Promise<NodeJS.Signals | null> => {
    if (await stage.client.send(server.origin, inBatches))
      await scenario.act?.(stage, { origin: server.origin, over: over.signal });
    return ended;
  };
  const bound = async (): Promise<'late'> => {
    await delay(death.kind === 'kill' ? death.afterMs : REACHED_WITHIN_MS, undefined, { signal: done.signal });
    return 'late';
  };
  const working = work();
  try {
    const how = await Promise.race([working, bound()]);
    if (how === 'late' && death.kind === 'failpoint')
      throw new Error(`${setting(death)} was not reached:\n${server.output().slice(-3_000)}`);
    await server.kill();
    await working;
    insist(
      how === 'late' || how === 'SIGKILL',
      'contradiction',
      `the server ended by itself:\n${server.output().slice(-3_000)}`,
    );
  } catch (error) {
    await server.kill();
    await working.catch(() => undefined);
    throw error;
  } finally {
    done.abort();
  }
}

/** Null: it died as it was told to before it was ready. */
async function start(place: ServerPlace, death: Death): Promise<ServerProcess | null> {
  const env = { ...SETTINGS, ...(death.kind === 'failpoint' ? { FAILPOINT: setting(death) } : {}) };
  try {
    return await startServerProcess({ ...place, env });
  } catch (error) {
    if (death.kind === 'failpoint' && error instanceof ServerEnded && error.message.includes('(SIGKILL)')) return null;
    throw error;
  }
}

const setting = ({ name, passing }: Extract<Death, { kind: 'failpoint' }>): string => `${name}:${passing}`;

interface LongLife {
  readonly server: ServerPlace;
  readonly scenario: Scenario;
  readonly stage: Stage;
  readonly before: ChainPosition;
}

/** A life that nobody ends: until everything is finished, and compared with the chain. */
export async function liveOn({ server: place, scenario, stage, before }: LongLife): Promise<void> {
  const { client, operator } = stage;
  const server = await startServerProcess({ ...place, env: SETTINGS });
  const { origin } = server;
  try {
    insist(await client.send(origin), 'contradiction', 'the last server is gone');
    await scenario.finish?.(stage, origin);
    await client.repeatAll(origin);
    await finished('transactions are finished', async () => !(await client.hasOpen(origin)));
    await finished('nobody holds a nonce', async () =>
      (await operator.signers(origin)).every(({ heldNonces }) => heldNonces.length === 0),
    );
    await expectOnChain(stage, before, await client.list(origin), await operator.signers(origin));
    const code = await server.stop();
    insist(code === 0, 'contradiction', `the server stopped with ${String(code)}:\n${server.output().slice(-3_000)}`);
  } catch (error) {
    if (error instanceof Error) error.message += `\n${await openOnes()}\n${server.output().slice(-4_000)}`;
    throw error;
  } finally {
    await server.kill();
  }

  async function finished(what: string, ask: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + FINISHED_WITHIN_MS;
    while (!(await ask())) {
      if (Date.now() > end) throw new Violation('stuck', `not within ${FINISHED_WITHIN_MS} ms: ${what}`);
      await delay(ASKED_EVERY_MS);
    }
  }

  async function openOnes(): Promise<string> {
    const all = await client.list(origin).catch(() => []);
    const held = await operator.signers(origin).catch(() => []);
    const open = all.filter(({ settled }) => !settled).slice(0, 5);
    const [pool, head] = await Promise.all([stage.chain.rpc('txpool_content'), stage.chain.rpc('eth_blockNumber')]);
    const known = await stage.chain.batch(open.map(({ hash }) => ['eth_getTransactionByHash', hash]));
    return JSON.stringify({ open, held, pool, head, known });
  }
}
