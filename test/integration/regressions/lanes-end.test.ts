import { afterEach, describe, expect, it } from 'vitest';
import {
  ACCEPTED_AND_DROPPED,
  HONEST,
  refusing,
} from '../../../src/adapters/outbound/chain/scripted/send-behaviour.ts';
import { Scene } from '../../support/simulation/scene.ts';
import { CALM } from '../../support/simulation/weather.ts';

const INVALID = refusing({ code: -32000, message: 'intrinsic gas too low: gas 21000, minimum needed 21064' });

let scene: Scene;
afterEach(() => scene.end());

describe('a pass of a lane ends', () => {
  it('when its lease has passed on while a row was to leave the queue', async () => {
    scene = await Scene.begin();
    const id = await scene.submit({}, { validUntil: scene.world.clock.now() + 10_000 });
    await scene.lane({ fault: { at: 'work.lane', kind: 'stallBefore' } });
    scene.passes(20_000);
    expect(await scene.resume()).toMatchObject({ kind: 'done' });
    expect(scene.status(id)).toBe('queued');
    await scene.lane();
    expect(scene.status(id)).toBe('expired');
  });

  it('where another chain answers and a whole page waits to be handed over', async () => {
    scene = await Scene.begin({ batch: 2 });
    const ids = await scene.submitAll([scene.submission(), scene.submission(), scene.submission()]);
    await scene.lane({ fault: { at: 'endpointTwo.submit', kind: 'killBefore' } });
    scene.passes(60_000);
    scene.world.setWeather(0, { ...CALM, lie: 'wrongChain' });
    await scene.lane(); // whoever takes a lane over goes through it page by page
    scene.passes(60_000);
    expect(await scene.lane()).toMatchObject({ kind: 'done' });
    expect(scene.calls('send')).toBe(0);
    scene.world.setWeather(0, CALM);
    scene.passes(1_000);
    await scene.lane();
    expect(ids.map((id) => scene.status(id))).toEqual(['broadcast', 'broadcast', 'broadcast']);
  });

  it('where a node takes longer to answer than rows wait for it', async () => {
    scene = await Scene.begin({ batch: 2 });
    await scene.submitAll([scene.submission(), scene.submission()]);
    await scene.lane({ fault: { at: 'endpointTwo.submit', kind: 'killBefore' } });
    scene.passes(60_000);
    scene.world.setWeather(0, { ...CALM, sending: [11], latencyMs: 6_000 });
    await scene.lane();
    scene.passes(60_000);
    expect(await scene.lane()).toMatchObject({ kind: 'done' });
  });

  it('and is not asked for again at once for what only a person can help', async () => {
    scene = await Scene.begin();
    await scene.submit();
    await scene.pause();
    const outcome = await scene.lane();
    expect(outcome).toMatchObject({ kind: 'done', value: { dueAt: scene.world.clock.now() + 1_000 } });
  });
});

describe('a paused signer', () => {
  it('has its holes healed, however many of its transactions wait below them', async () => {
    scene = await Scene.begin({ batch: 2, maxInFlight: 8 });
    await scene.submitAll([1n, 2n, 3n, 4n].map((valueWei) => scene.submission({ valueWei })));
    scene.node(({ transaction }) => (transaction?.valueWei === 3n ? INVALID : ACCEPTED_AND_DROPPED));
    await scene.lane();
    expect(scene.fillers()).toEqual([{ nonce: 2, status: 'open' }]);
    await scene.pause();
    scene.passes(240_000);
    scene.node(HONEST);
    await scene.lane();
    const { mempool } = scene.world.sim.chain;
    expect(mempool.byNonce().map(({ nonce }) => nonce)).toEqual([2]);
  });
});
