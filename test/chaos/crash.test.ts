import { afterAll, beforeAll, describe, test } from 'vitest';
import { ensureFailpointsBuild } from '../../scripts/setup/build.mjs';
import { FAILPOINTS, type FailpointName } from '../../src/infrastructure/failpoints/failpoint-names.ts';
import { bundled } from '../support/crash/bundled.ts';
import { ChainPool } from '../support/crash/chain-pool.ts';
import { crashRun } from '../support/crash/crash-run.ts';
import { FAILPOINT_PLANS } from '../support/crash/failpoint-plans.ts';

const AT_ONCE = 4;
const BLOCK_MS = 100;
const MANY = 60;
/** A run takes some seconds; several share this machine. */
const PATIENCE_MS = 240_000;

const chains = new ChainPool(AT_ONCE, BLOCK_MS);
let entry = '';
let seed = 0;

beforeAll(async () => {
  entry = await bundled(await ensureFailpointsBuild());
});
afterAll(() => chains.stop());

async function survive(name: FailpointName, times: number, transactions: number): Promise<void> {
  const { scenario, passing } = FAILPOINT_PLANS[name];
  const deaths = Array.from({ length: times }, () => ({ kind: 'failpoint', name, passing }) as const);
  const plan = { seed: (seed += 1), scenario, deaths, transactions, inBatches: transactions > 1 };
  await chains.lend((chain) => crashRun(plan, { entry, chain }));
}

describe.each(FAILPOINTS)('killed at %s', { concurrent: true, timeout: PATIENCE_MS }, (name) => {
  test('once, with one transaction', () => survive(name, 1, 1));
  test('once, with many transactions', () => survive(name, 1, MANY));
  test('thrice in a row, with one transaction', () => survive(name, 3, 1));
  test('thrice in a row, with many transactions', () => survive(name, 3, MANY));
});
