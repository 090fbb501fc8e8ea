// npm run crash [-- --runs 1000 --seed 1 --at-once 2 --block-ms 100]
// Servers that are killed at named steps or at any instant, and restarted: is everything done once, and nothing lost? Run i has the
// seed + i; a run that fails prints its own, so `--runs 1 --seed THAT` repeats it.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { bundled } from '../test/support/crash/bundled.ts';
import { ChainPool } from '../test/support/crash/chain-pool.ts';
import { crashRun } from '../test/support/crash/crash-run.ts';
import { Violation } from '../test/support/crash/violation.ts';
import { describePlan, randomPlan } from './crash/random-plan.ts';
import { ensureFailpointsBuild } from './setup/build.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(randomInt(1_000_000_000)) },
    'at-once': { type: 'string', default: '2' },
    'block-ms': { type: 'string', default: '100' },
    verbose: { type: 'boolean', default: false },
  },
});
const [runs, firstSeed, atOnce] = [Number(values.runs), Number(values.seed), Number(values['at-once'])];
const PROGRESS_EVERY = 10;

const begin = performance.now();
const sum = { runs: 0, transactions: 0, kills: 0, lost: 0, doubled: 0, stuck: 0 };
const seconds = (): number => Math.round((performance.now() - begin) / 100) / 10;
const chains = new ChainPool(atOnce, Number(values['block-ms']));
let next = 0;
const broken: string[] = [];

console.log(`${runs} runs from seed ${firstSeed} on, ${atOnce} at once`);
const entry = await bundled(await ensureFailpointsBuild());
await Promise.all(Array.from({ length: atOnce }, runOnAndOn));
await chains.stop();
console.log(JSON.stringify({ ...sum, seconds: seconds() }));
process.exitCode = broken.length > 0 ? 1 : 0;

async function runOnAndOn(): Promise<void> {
  while (next < runs && broken.length === 0) {
    const plan = randomPlan(firstSeed + next++);
    const begun = performance.now();
    try {
      const report = await chains.lend((chain) => crashRun(plan, { entry, chain, keepBroken: true }));
      sum.runs += 1;
      sum.transactions += report.transactions;
      sum.kills += report.kills;
    } catch (error) {
      if (error instanceof Violation && error.kind !== 'contradiction') sum[error.kind] += 1;
      broken.push(`${describePlan(plan)}\n${error instanceof Error ? error.message : String(error)}`);
      console.error(broken.at(-1));
      return;
    }
    if (values.verbose) console.log(`${describePlan(plan)}: ${Math.round(performance.now() - begun)} ms`);
    else if (sum.runs % PROGRESS_EVERY === 0)
      console.log(`${sum.runs} runs, ${sum.transactions} transactions, ${sum.kills} kills, ${seconds()} s`);
  }
}
