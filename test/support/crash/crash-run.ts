import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '../../../src/adapters/outbound/system/seeded-random.ts';
import { endWithUs } from '../end-with-us.ts';
import { startRpcProxy } from '../rpc-proxy.ts';
import { Client } from './client.ts';
import type { CrashChain } from './crash-chain.ts';
import { liveAndDie, liveOn, type Death } from './lives.ts';
import { Operator } from './operator.ts';
import { expectRecord } from './record.ts';
import type { Scenario, Stage } from './scenario.ts';
import { Wishes } from './wish.ts';

export interface CrashPlan {
  readonly seed: number;
  readonly scenario: Scenario;
  /** How each life but the last one ends. */
  readonly deaths: readonly Death[];
  /** Posted in the first life; later ones bring a fifth of it. */
  readonly transactions: number;
  readonly inBatches: boolean;
}

export interface CrashReport {
  readonly transactions: number;
  readonly kills: number;
}

export interface CrashSetting {
  /** The test build's server.js. */
  readonly entry: string;
  /** For this run alone while it lasts. */
  readonly chain: CrashChain;
  /** The data folder stays where something is wrong, and its path stands in the error. */
  readonly keepBroken?: boolean;
}

/**
 * A server on a fresh data folder that is killed again and again while a client keeps wanting things of it, then lives until all is
 * finished; and whether the chain, the record and what the client was told are the same story.
 * @throws {Violation}
 */
export async function crashRun(
  plan: CrashPlan,
  { entry, chain, keepBroken = false }: CrashSetting,
): Promise<CrashReport> {
  const dataDir = mkdtempSync(join(tmpdir(), 'broadcaster-crash-'));
  const remove = (): void => {
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  const forget = endWithUs(remove);
  const proxy = plan.scenario.proxied ? await startRpcProxy(chain.url) : null;
  const client = new Client();
  const stage = (death: Death): Stage => ({
    chain,
    proxy,
    client,
    operator,
    wishes,
    random,
    passing: death.kind === 'failpoint' ? death.passing : 1,
  });
  const operator = new Operator();
  const random = new SeededRandom(plan.seed);
  const wishes = new Wishes(random, `run-${plan.seed}`);
  const server = { entry, dataDir, rpcUrl: proxy?.url ?? chain.url };
  let keep = keepBroken;
  try {
    const before = await chain.position();
    for (const [life, death] of plan.deaths.entries()) {
      client.want(wishes.payments(life === 0 ? plan.transactions : Math.ceil(plan.transactions / 5)));
      client.want(plan.scenario.wishes?.(stage(death)) ?? []);
      await liveAndDie({ server, death, scenario: plan.scenario, stage: stage(death), inBatches: plan.inBatches });
      expectRecord(dataDir, 'always', client);
    }
    chain.go();
    proxy?.rule(() => 'pass');
    const last = plan.deaths.at(-1) as Death;
    await liveOn({ server, scenario: plan.scenario, stage: stage(last), before });
    expectRecord(dataDir, 'finished', client);
    keep = false;
    return { transactions: client.wishes.length, kills: plan.deaths.length };
  } catch (error) {
    if (keep && error instanceof Error) error.message += `\ndata folder: ${dataDir}`;
    throw error;
  } finally {
    chain.go();
    await proxy?.stop();
    forget();
    if (!keep) remove();
  }
}
