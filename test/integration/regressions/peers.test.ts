import { afterEach, describe, expect, it } from 'vitest';
import {
  ACCEPTED_AND_DROPPED,
  ANSWER_LOST,
  HONEST,
  refusing,
  REQUEST_LOST,
} from '../../../src/adapters/outbound/chain/scripted/send-behaviour.ts';
import { Scene } from '../../support/simulation/scene.ts';
import { CALM } from '../../support/simulation/weather.ts';
import type { Address } from '../../../src/domain/primitives.ts';

const says = (message: string) => refusing({ code: -32000, message });
const INVALID = says('intrinsic gas too low: gas 21000, minimum needed 21064');
const CONTRACT = `0x${'c0'.repeat(20)}` as Address;

let scene: Scene;
afterEach(() => scene.end());

const confirmed = (): number => scene.world.query.all(`SELECT id FROM transactions WHERE status = 'confirmed'`).length;
const fillers = (): number => scene.fillers().length;

/** Reported failures of others who do this (docs/rules.md, by number), each as what must not happen here. */
describe('nonces', () => {
  it.each(Array.from({ length: 34 }, (_, call) => call + 1))(
    'do not drift where the process dies at call %i of a pass (1)',
    async (at) => {
      scene = await Scene.begin();
      await scene.submitAll([scene.submission(), scene.submission()]);
      await scene.lane({ fault: { at, kind: at % 2 === 0 ? 'killBefore' : 'killAfter' } });
      await scene.submit();
      scene.passes(16_000); // the dead one's lease
      await scene.calm();
      expect(confirmed()).toBe(3);
      expect(scene.world.sim.nonceOf(scene.key.address)).toBe(3 + fillers());
      expect(fillers()).toBe(0);
    },
  );

  it('are not stranded by one early failure (12)', async () => {
    scene = await Scene.begin({ maxInFlight: 16 });
    await scene.submitAll(Array.from({ length: 10 }, (_, i) => scene.submission({ valueWei: BigInt(i + 1) })));
    scene.node(({ transaction }) => (transaction?.valueWei === 1n ? INVALID : HONEST));
    await scene.lane();
    await scene.mine(2);
    expect(confirmed()).toBe(9);
  });

  it('serve a hundred requests at once though the node limits most of them (12)', async () => {
    scene = await Scene.begin({ maxInFlight: 16, batch: 16 });
    await scene.submitAll(Array.from({ length: 100 }, () => scene.submission()));
    const limited = refusing({ httpStatus: 429, message: 'too many requests' });
    let items = 0;
    scene.node(() => (items++ % 3 === 0 ? HONEST : limited));
    for (let round = 0; round < 60 && confirmed() < 100; round++) {
      await scene.lane();
      await scene.mine();
      scene.passes(10_000);
    }
    expect(confirmed()).toBe(100);
    expect(fillers()).toBe(0);
  });

  it('begin where the chain says, also after the node did not say it (15)', async () => {
    scene = await Scene.begin({ usedBefore: 3 });
    scene.world.setWeather(0, { ...CALM, failing: ['accounts'] });
    const id = await scene.submit();
    scene.world.sim.mineNone(1);
    await scene.track();
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'broadcast', held_nonce: 3 });
  });

  it('are not given out before anybody said where they begin (15)', async () => {
    scene = await Scene.begin({ usedBefore: 3 }, { failing: ['accounts'] });
    const id = await scene.submit();
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'queued', held_nonce: null, last_error: 'awaitingCursor' });
    scene.world.setWeather(0, CALM);
    await scene.track();
    scene.passes(250);
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'broadcast', held_nonce: 3 });
  });

  it('are not taken by who cannot be estimated or signed (16)', async () => {
    scene = await Scene.begin();
    scene.world.setWeather(0, { ...CALM, failing: ['estimate'] });
    const call = await scene.submit({ to: CONTRACT, data: '0x12345678', gasLimit: null });
    await scene.lane();
    expect(scene.row(call)).toMatchObject({ held_nonce: null, last_error: 'unavailable', retry_count: 1 });
    const [first, second] = await scene.submitAll([
      scene.submission({ valueWei: 1n }),
      scene.submission({ valueWei: 2n }),
    ]);
    scene.world.scripted[0]?.answer(['unusable', 'sign']);
    await scene.lane();
    if (first === undefined || second === undefined) throw new Error('two were submitted');
    expect(scene.row(first)).toMatchObject({ status: 'queued', held_nonce: null, last_error: 'cannotSign' });
    expect(scene.row(second)).toMatchObject({ status: 'broadcast', held_nonce: 1 });
    // Nobody halts: the hole is closed, and the one that could be signed is mined.
    await scene.mine(2);
    expect(scene.status(second)).toBe('confirmed');
  });
});

describe('what was sent', () => {
  it('is not called so before a node has it (2)', async () => {
    scene = await Scene.begin();
    scene.node(REQUEST_LOST);
    const id = await scene.submit();
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'signed', last_error: 'unavailable', retry_count: 1 });
    scene.node(HONEST);
    scene.passes(36_000);
    await scene.lane();
    expect(scene.status(id)).toBe('broadcast');
  });

  it('is found by who lost every message about it (3)', async () => {
    scene = await Scene.begin();
    const ids = await scene.submitAll([scene.submission(), scene.submission()]);
    await scene.act({}, (parts) => parts.relay.run());
    await scene.lane({ fault: { at: 'endpointTwo.submit', kind: 'killBefore' } });
    scene.world.queue.wipe();
    expect(ids.map((id) => scene.status(id))).toEqual(['signed', 'signed']);
    scene.passes(16_000);
    await scene.sweep();
    expect(scene.world.queue.size).toBeGreaterThan(0);
    await scene.calm();
    expect(confirmed()).toBe(2);
  });

  it('is not sent anew under another nonce where its receipt was not looked for (11)', async () => {
    scene = await Scene.begin();
    const id = await scene.submit();
    scene.node(ANSWER_LOST);
    await scene.lane();
    scene.world.sim.mineNext();
    // The tracker has not come that far, the process is a new one, and the node says that the nonce is used.
    await scene.world.slots[0]?.kill();
    scene.world.setWeather(0, { ...CALM, lie: 'unknownHashes' });
    for (let round = 0; round < 5; round++) {
      scene.passes(60_000);
      await scene.lane();
    }
    expect(scene.row(id)).toMatchObject({ held_nonce: 0, live_nonce: 0 });
    scene.world.setWeather(0, CALM);
    await scene.calm();
    expect(scene.world.sim.nonceOf(scene.key.address)).toBe(1);
  });

  it('is known by its hash, so that nothing is sent again for a lost answer (14)', async () => {
    scene = await Scene.begin();
    const id = await scene.submit();
    scene.node(ANSWER_LOST);
    await scene.lane();
    scene.node(HONEST);
    const sent = scene.calls('send');
    scene.passes(36_000);
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'broadcast', retry_count: 1 });
    expect(scene.calls('send')).toBe(sent);
  });

  it('waits for the tracker where the key was used elsewhere, and then takes another nonce (10)', async () => {
    scene = await Scene.begin();
    const ids = await scene.submitAll([scene.submission(), scene.submission()]);
    await scene.lane({ fault: { at: 'endpointTwo.submit', kind: 'killBefore' } });
    const [stranger] = scene.world.strangers;
    if (stranger !== undefined) await scene.world.sim.foreignUse(stranger, 4, true);
    scene.passes(60_000);
    await scene.lane();
    expect(ids.map((id) => scene.row(id).last_error)).toEqual(['nonceTooLow', 'nonceTooLow']);
    expect(ids.map((id) => scene.row(id).retry_count)).toEqual([0, 0]);
    await scene.track();
    await scene.mine(1);
    await scene.lane();
    expect(ids.map((id) => scene.row(id).held_nonce)).toEqual([4, 5]);
    await scene.calm();
    expect(confirmed()).toBe(2);
  });
});

describe('retries', () => {
  it('are counted in the record, whatever becomes of messages (5)', async () => {
    scene = await Scene.begin();
    const id = await scene.submit();
    scene.node(says('txpool is full'));
    for (let count = 1; count <= 16; count++) {
      await scene.lane();
      expect(scene.row(id).retry_count).toBe(count);
      await scene.world.slots[0]?.kill();
      scene.world.queue.wipe();
      scene.passes(240_000);
    }
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'failed', failure_code: 'retries_exhausted' });
  });

  it('are not made of a call that reverts (8)', async () => {
    scene = await Scene.begin();
    scene.world.sim.chain.code.set(CONTRACT, { revertsWith: '0x' });
    const id = await scene.submit({ to: CONTRACT, data: '0x12345678', gasLimit: null });
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'failed', failure_code: 'would_revert', retry_count: 0 });
    expect(scene.calls('send')).toBe(0);
  });
});

describe('races', () => {
  it('leave no row behind: a cancel comes before the signature, which is thrown away (6)', async () => {
    scene = await Scene.begin();
    const id = await scene.submit();
    await scene.lane({ fault: { at: 'signer.sign', kind: 'stallAfter' } });
    expect(await scene.cancel(id)).toBe('done');
    await scene.resume();
    expect(scene.row(id)).toMatchObject({ status: 'cancelled', held_nonce: null });
    await scene.calm();
    expect(scene.world.sim.known.size).toBe(0);
  });

  it('leave no row behind: the signature comes before the cancel, which is refused (6)', async () => {
    scene = await Scene.begin();
    const id = await scene.submit();
    scene.node(ACCEPTED_AND_DROPPED);
    await scene.lane();
    expect(await scene.cancel(id)).toBe('illegal');
    await scene.calm();
    expect(scene.status(id)).toBe('confirmed');
  });

  it('end no pass of a lane: the others of the batch go on (17)', async () => {
    scene = await Scene.begin();
    const ids = await scene.submitAll([scene.submission(), scene.submission(), scene.submission()]);
    await scene.lane({ fault: { at: 'ledger.commit', kind: 'stallBefore' } });
    const [, second] = ids;
    if (second === undefined) throw new Error('three were submitted');
    expect(await scene.cancel(second)).toBe('done');
    expect(await scene.resume()).toMatchObject({ kind: 'done' });
    expect(ids.map((id) => scene.status(id))).toEqual(['broadcast', 'cancelled', 'broadcast']);
    expect(ids.map((id) => scene.row(id).held_nonce)).toEqual([0, null, 1]);
  });
});

describe('a request', () => {
  it('whose answer was lost gets the first answer, and is made once (13)', async () => {
    scene = await Scene.begin();
    const asked = { ...scene.submission(), idempotencyKey: 'order-1' };
    const lost = await scene.act({ fault: { at: 'ledger.commit', kind: 'killAfter' } }, (parts) =>
      parts.accept.accept('shop', [asked]),
    );
    expect(lost.kind).toBe('killed');
    const again = await scene.act({}, (parts) => parts.accept.accept('shop', [asked]));
    const [row] = scene.world.query.all<{ id: string }>('SELECT id FROM transactions');
    expect(again).toMatchObject({ kind: 'done', value: [{ kind: 'replayed', id: row?.id }] });
    await scene.calm();
    expect(scene.world.sim.nonceOf(scene.key.address)).toBe(1);
  });
});
