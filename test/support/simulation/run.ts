import type { Action } from './actions.ts';
import { calm } from './calm.ts';
import { broken } from './invariants.ts';
import { idsOf, perform } from './perform.ts';
import type { Settings } from './settings.ts';
import { settled } from './settled.ts';
import { World } from './world.ts';

export interface Ran {
  readonly steps: number;
  /** How often what happened before the calm: events of transactions, ends of fillers, ends of processes. */
  readonly figures: Readonly<Record<string, number>>;
}

class Broken extends Error {
  override readonly name = 'Broken';
}

/** One run: the actions, each followed by all invariants, then the calm after them. Throws with the story of what was done. */
export async function simulate(settings: Settings, actions: readonly Action[]): Promise<Ran> {
  const world = await World.create(settings);
  try {
    for (const [i, action] of actions.entries()) {
      world.say(`${i} ${JSON.stringify(action)}`);
      await perform(world, action);
      demand(broken(world));
      world.clock.advance(Math.floor(world.random.next() * 4_000));
    }
    const figures = figuresOf(world);
    world.say('calm');
    demand(await calm(world));
    demand(await settled(world));
    world.say('everything that failed is tried once more');
    await retryFailed(world);
    demand(await calm(world));
    demand(await settled(world));
    if (world.query.all(`SELECT id FROM transactions WHERE status = 'failed'`).length > 0)
      throw new Broken('a transaction failed in the calm');
    return { steps: actions.length, figures };
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error);
    throw new Broken(
      `${reason}\n${JSON.stringify(settings, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v))}\n${world.story.slice(-400).join('\n')}`,
    );
  } finally {
    await world.close();
  }
}

async function retryFailed(world: World): Promise<void> {
  const failed = idsOf(world).length;
  for (let i = 0; i < failed; i++)
    await perform(world, { type: 'retry', slot: 0, fault: null, choice: 0, edit: 'fees' });
}

function figuresOf(world: World): Readonly<Record<string, number>> {
  const counted = world.query.all<{ name: string; times: number }>(
    `SELECT type AS name, count(*) AS times FROM events GROUP BY type
     UNION ALL SELECT 'filler ' || status, count(*) FROM fillers GROUP BY status`,
  );
  return { ...world.outcomes, ...Object.fromEntries(counted.map(({ name, times }) => [name, times])) };
}

function demand(wrong: readonly string[]): void {
  if (wrong.length > 0) throw new Broken(wrong.join('\n'));
}
