import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySettings } from '../support/simulation/arbitrary-settings.ts';
import { anyAction } from '../support/simulation/actions.ts';
import { simulate } from '../support/simulation/run.ts';

const RUNS = Number(process.env['SIM_RUNS'] ?? 40);
const SEED = Number(process.env['SIM_SEED'] ?? 20_260_101);
const STEPS = Number(process.env['SIM_STEPS'] ?? 60);

describe('the use cases in a world that does its worst', () => {
  it('keep every rule after every step, and end every transaction once it is calm', async () => {
    let steps = 0;
    const ended = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        anySettings,
        fc.array(anyAction, { minLength: STEPS / 2, maxLength: STEPS, size: 'max' }),
        async (chosen, actions) => {
          const ran = await simulate(chosen, actions);
          steps += ran.steps;
          for (const status of ran.statuses) ended.set(status, (ended.get(status) ?? 0) + 1);
        },
      ),
      { numRuns: RUNS, seed: SEED, endOnFailure: process.env['SIM_SHRINK'] === '0', interruptAfterTimeLimit: 600_000 },
    );
    if (process.env['SIM_FIGURES'] !== undefined) console.log(steps, [...ended]);
    // Runs in which nothing happens would prove nothing.
    expect(ended.get('confirmed')).toBeGreaterThan(RUNS);
  }, 900_000);
});
