import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  modelOf,
  runOf,
  type Model,
  type ModelStep,
  type Scenario,
  type Situation,
} from '../../support/lifecycle-model.ts';
import { take } from '../../support/scenario-steps.ts';
import { ScenarioWorld } from '../../support/scenario-world.ts';

const scenarios = JSON.parse(
  readFileSync(new URL('../../../docs/model/scenarios.json', import.meta.url), 'utf8'),
) as readonly Scenario[];

/** The bounds within which docs/model/coverage.mjs looked for them, in its order. */
const MODELS = [
  modelOf({ T: 2, N: 3 }),
  modelOf({ T: 2, N: 3, cancel: true }),
  modelOf({ T: 2, N: 3, expiry: true }),
  modelOf({ T: 2, N: 3, edit: true, replace: true }),
];

const TERMINAL = ['confirmed', 'cancelled', 'expired'];

/** Of a row that is done the model keeps only what was mined: whether that was the edited content. */
const told = (situation: Situation): Situation =>
  TERMINAL.includes(situation.status)
    ? { ...situation, cancelAsked: false, late: false, edited: situation.status === 'confirmed' && situation.edited }
    : situation;

function find(scenario: Scenario): { model: Model; run: readonly ModelStep[] } {
  for (const model of MODELS) {
    const run = runOf(model, scenario);
    if (run !== null) return { model, run };
  }
  throw new Error('the model has no such run');
}

describe('every situation that the rules can reach', () => {
  it('is in the list once, 484 in all', () => {
    expect(scenarios).toHaveLength(484);
    expect(new Set(scenarios.map(({ event, before, after }) => JSON.stringify([event, before, after]))).size).toBe(484);
  });

  it.each(scenarios.map((scenario, n) => ({ n, title: `${scenario.before.status}, ${scenario.event}`, scenario })))(
    '$n: $title',
    ({ scenario }) => {
      const { model, run } = find(scenario);
      const world = new ScenarioWorld(2);
      for (const [index, step] of run.entries()) {
        const last = index === run.length - 1;
        const row = step.row === null ? undefined : world.rows[step.row];
        if (last) expect(row && world.situation(row)).toEqual(scenario.before);
        take(world, step.text);
        world.assertInvariants();
        for (const [at, each] of world.rows.entries()) {
          expect(told(world.situation(each)), `${each.name} after ${step.text}`).toEqual(
            told(model.situation(step.state, at)),
          );
        }
        if (last) expect(row && told(world.situation(row))).toEqual(told(scenario.after));
      }
      expect(run).toHaveLength(scenario.steps.length);
    },
  );
});
