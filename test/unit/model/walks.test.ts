import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  modelOf,
  stepsFrom,
  type Bounds,
  type ModelStep,
  type Situation,
  type State,
} from '../../support/lifecycle-model.ts';
import { take } from '../../support/scenario-steps.ts';
import { ScenarioWorld } from '../../support/scenario-world.ts';

const BOUNDS: Bounds = { T: 3, N: 5, cancel: true, expiry: true, edit: true, replace: true };
const TERMINAL = ['confirmed', 'cancelled', 'expired'];

/** What the model and the world both still know of a row. */
const told = (situation: Situation): object =>
  TERMINAL.includes(situation.status) ? { status: situation.status, holds: situation.holds } : situation;

/** The domain asks for the cancel first where a row past `validUntil` has both reasons to leave; the model has no order. */
const bothReasons = (step: ModelStep, world: ScenarioWorld): boolean =>
  step.text.endsWith('-> expired') && world.rows[step.row ?? 0]?.transaction.cancelRequested === true;

describe('walks through the model with everything at once', () => {
  it('find the domain and the model in the same situation after every step', () => {
    const model = modelOf(BOUNDS);
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 30, maxLength: 60 }), (choices) => {
        const world = new ScenarioWorld(BOUNDS.T);
        let state: State = Uint8Array.from(model.initial());
        for (const choice of choices) {
          const open = stepsFrom(model, state).filter((step) => !bothReasons(step, world));
          const step = open[choice % open.length];
          if (step === undefined) return;
          take(world, step.text);
          world.assertInvariants();
          state = step.state;
          for (const [at, row] of world.rows.entries()) {
            expect(told(world.situation(row)), step.text).toEqual(told(model.situation(state, at)));
            seen.add(row.transaction.status);
          }
        }
      }),
      { numRuns: 400, seed: 484 },
    );
    // Walks that get nowhere would prove nothing.
    expect([...seen].sort()).toEqual([
      'broadcast',
      'cancelled',
      'confirmed',
      'expired',
      'failed',
      'included',
      'queued',
      'signed',
    ]);
  });
});
