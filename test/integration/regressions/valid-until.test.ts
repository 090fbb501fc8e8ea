import { afterEach, describe, expect, it } from 'vitest';
import { Scene } from '../../support/simulation/scene.ts';
import { CALM } from '../../support/simulation/weather.ts';

let scene: Scene;
afterEach(() => scene.end());

const signedTooLate = (): readonly unknown[] =>
  scene.world.query.all(
    `SELECT t.id, a.signed_at - t.valid_until AS late_ms FROM transactions t
     JOIN attempts a ON a.holder_id = t.id AND a.kind = 'original' WHERE a.signed_at >= t.valid_until`,
  );

/** Signed by then or not at all: whoever asked pays otherwise once the moment has passed. */
describe('validUntil', () => {
  it.each([
    ['the fee market', { gasLimit: 21_000n }],
    ['an estimate', { gasLimit: null, data: '0x01' as const }],
  ])('that passes while the node is asked for %s keeps the bytes from being signed', async (_, request) => {
    scene = await Scene.begin();
    const id = await scene.submit(request, { validUntil: scene.world.clock.now() + 5_000 });
    scene.world.setWeather(0, { ...CALM, latencyMs: 6_000 });
    await scene.lane();
    expect(signedTooLate()).toEqual([]);
    expect(scene.calls('send')).toBe(0);
    scene.world.setWeather(0, CALM);
    await scene.lane();
    expect(scene.status(id)).toBe('expired');
    await scene.calm();
  });
});
