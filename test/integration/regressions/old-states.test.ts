import { afterEach, describe, expect, it } from 'vitest';
import { Scene } from '../../support/simulation/scene.ts';
import { CALM } from '../../support/simulation/weather.ts';

let scene: Scene;
afterEach(() => scene.end());

/** The tracker reads blocks whose account states the node no longer has, up to the last but one; both transactions are final in them. */
async function readWithoutStates(): Promise<void> {
  scene = await Scene.begin({ confirmations: 2 });
  const ids = await scene.submitAll([1n, 2n].map((valueWei) => scene.submission({ valueWei })));
  await scene.lane();
  scene.world.setWeather(0, { ...CALM, failing: ['accounts'] });
  await scene.mine(4);
  expect(ids.map((id) => scene.status(id))).toEqual(['confirmed', 'confirmed']);
  scene.world.setWeather(0, CALM);
}

describe('behind a node that has no old states', () => {
  it('a nonce that our own bytes used in a block is not given out again', async () => {
    await readWithoutStates();
    const next = await scene.submit();
    await scene.lane();
    expect(scene.row(next)).toMatchObject({ status: 'broadcast', held_nonce: 2 });
    await scene.calm();
  });

  it('used nonces are no holes that a filler closes', async () => {
    scene = await Scene.begin({ confirmations: 2 });
    await scene.submitAll([1n, 2n].map((valueWei) => scene.submission({ valueWei })));
    await scene.lane();
    scene.world.sim.mineNext();
    await scene.submit();
    await scene.lane();
    scene.world.setWeather(0, { ...CALM, failing: ['accounts'] });
    scene.world.sim.mineNone(2);
    await scene.track();
    scene.world.setWeather(0, CALM);
    await scene.lane();
    expect(scene.fillers()).toEqual([]);
    await scene.calm();
  });
});
