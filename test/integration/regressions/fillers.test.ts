import { afterEach, describe, expect, it } from 'vitest';
import { HONEST, refusing } from '../../../src/adapters/outbound/chain/scripted/send-behaviour.ts';
import { Scene } from '../../support/simulation/scene.ts';

const INVALID = refusing({ code: -32000, message: 'intrinsic gas too low: gas 21000, minimum needed 21064' });

let scene: Scene;
afterEach(() => scene.end());

/** Two are signed; the lower one is refused for good, so its nonce is a hole that a filler closes. */
async function withFiller(confirmations: number): Promise<void> {
  scene = await Scene.begin({ confirmations });
  await scene.submitAll([scene.submission({ valueWei: 1n }), scene.submission({ valueWei: 2n })]);
  scene.node(({ transaction }) => (transaction?.valueWei === 1n ? INVALID : HONEST));
  await scene.lane();
  expect(scene.fillers()).toEqual([{ nonce: 0, status: 'open' }]);
}

describe('a filler', () => {
  it.each([1, 2, 3])('lets its nonce go when its block is final, with %i confirmations', async (confirmations) => {
    await withFiller(confirmations);
    await scene.mine(confirmations);
    expect(scene.fillers()).toEqual([{ nonce: 0, status: 'done' }]);
    expect(scene.world.query.all('SELECT * FROM held_nonces')).toEqual([]);
  });
});
