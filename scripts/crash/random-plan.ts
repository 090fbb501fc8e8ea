import { SeededRandom } from '../../src/adapters/outbound/system/seeded-random.ts';
import { FAILPOINTS } from '../../src/infrastructure/failpoints/failpoint-names.ts';
import type { CrashPlan } from '../../test/support/crash/crash-run.ts';
import { FAILPOINT_PLANS, SCENARIOS } from '../../test/support/crash/failpoint-plans.ts';
import type { Death } from '../../test/support/crash/lives.ts';

const MOST_TRANSACTIONS = 80;
const KILLED_WITHIN_MS = 1_500;

/** What a run with this seed does: the same for the same seed. */
export function randomPlan(seed: number): CrashPlan {
  const random = new SeededRandom(seed);
  const below = (end: number): number => Math.floor(random.next() * end);
  const one = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
  const lives = random.next() < 0.75 ? 1 : 3;
  const rest = { seed, transactions: 1 + below(MOST_TRANSACTIONS), inBatches: random.next() < 0.5 };
  if (random.next() < 1 / 3) {
    const deaths = Array.from({ length: lives }, (): Death => ({ kind: 'kill', afterMs: below(KILLED_WITHIN_MS) }));
    return { ...rest, scenario: one(SCENARIOS), deaths };
  }
  const name = one(FAILPOINTS);
  const { scenario, most } = FAILPOINT_PLANS[name];
  const passing = 1 + below(most);
  return {
    ...rest,
    scenario,
    deaths: Array.from({ length: lives }, (): Death => ({ kind: 'failpoint', name, passing })),
  };
}

export const describePlan = ({ seed, deaths, transactions }: CrashPlan): string => {
  const [first] = deaths;
  const how =
    first?.kind === 'failpoint'
      ? `${first.name}:${first.passing}${deaths.length > 1 ? `, ${deaths.length} times` : ''}`
      : `kill -9 after ${deaths.map((death) => (death.kind === 'kill' ? death.afterMs : 0)).join(', ')} ms`;
  return `seed ${seed}: ${transactions} transactions, ${how}`;
};
