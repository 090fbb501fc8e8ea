import { afterEach, describe, expect, it } from 'vitest';
import { HONEST, refusing } from '../../../src/adapters/outbound/chain/scripted/send-behaviour.ts';
import { Scene } from '../../support/simulation/scene.ts';

const HOUR_MS = 3_600_000;
const INVALID = refusing({ code: -32000, message: 'intrinsic gas too low: gas 21000, minimum needed 21064' });
const AWAY = refusing({ transport: 'timeout', message: 'no answer' });

let scene: Scene;
afterEach(() => scene.end());

/** One transaction waits for its retry, one was accepted only, and a hole has its filler: all under a clock that is hours ahead. */
async function writtenAhead(): Promise<{ readonly corrected: () => void }> {
  scene = await Scene.begin();
  const { clock } = scene.world;
  await scene.sweep();
  const start = clock.now();
  clock.jumpTo(start + 5 * HOUR_MS);
  await scene.sweep();
  await scene.submitAll([scene.submission({ valueWei: 1n }), scene.submission({ valueWei: 2n })]);
  scene.node(({ transaction }) => (transaction?.valueWei === 1n ? INVALID : AWAY));
  await scene.lane();
  await scene.submit({ valueWei: 3n });
  scene.node(HONEST);
  return {
    corrected: () => {
      clock.jumpTo(start + 1_000);
    },
  };
}

const waiting = (): readonly unknown[] =>
  scene.world.query.all(
    `SELECT id FROM transactions WHERE status IN ('queued', 'signed', 'broadcast') AND due_at > ?
     UNION ALL SELECT id FROM fillers WHERE status IN ('reserved', 'open') AND due_at > ?`,
    scene.world.clock.now(),
    scene.world.clock.now(),
  );

describe('what was written under a clock that ran ahead', () => {
  it.each([
    ['by the process that sees it go back', () => Promise.resolve()],
    ['by one that starts after it', async () => scene.world.slots[0]?.kill()],
  ])('does not wait for hours once it is set right: it is found %s', async (_, before) => {
    const { corrected } = await writtenAhead();
    corrected();
    expect(waiting().length).toBeGreaterThan(1);
    await before();
    await scene.sweep();
    expect(waiting()).toEqual([]);
    await scene.lane();
    await scene.mine(2);
    await scene.lane();
    const open = scene.world.query.all(`SELECT id FROM transactions WHERE status IN ('queued', 'signed')`);
    expect(open).toEqual([]);
    await scene.calm();
  });

  it('waits as planned under a clock that is right', async () => {
    await writtenAhead();
    const before = waiting();
    await scene.world.slots[0]?.kill();
    await scene.sweep();
    expect(waiting()).toEqual(before);
    expect(before.length).toBeGreaterThan(0);
    await scene.calm();
  });
});
