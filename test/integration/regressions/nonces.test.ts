import { afterEach, describe, expect, it } from 'vitest';
import {
  ACCEPTED_AND_DROPPED,
  ANSWER_LOST,
  HONEST,
  refusing,
} from '../../../src/adapters/outbound/chain/scripted/send-behaviour.ts';
import type { BlockHash, TransactionId } from '../../../src/domain/primitives.ts';
import { Scene } from '../../support/simulation/scene.ts';
import { CALM } from '../../support/simulation/weather.ts';

const says = (message: string) => refusing({ code: -32000, message });
const INVALID = says('intrinsic gas too low: gas 21000, minimum needed 21064');
const GWEI = 10n ** 9n;

let scene: Scene;
afterEach(() => scene.end());

describe('a hole', () => {
  it('is taken by a due transaction before a filler is made, also where no new nonce may be given out', async () => {
    scene = await Scene.begin({ maxInFlight: 1 });
    const ids = await scene.submitAll([1n, 2n, 3n].map((valueWei) => scene.submission({ valueWei })));
    scene.node(({ transaction }) => (transaction?.valueWei === 1n ? INVALID : HONEST));
    await scene.lane();
    expect(ids.map((id) => scene.row(id).held_nonce)).toEqual([null, 1, 0]);
    expect(scene.fillers()).toEqual([]);
  });
});

describe('bytes that a node takes and drops', () => {
  it('cost the transaction its nonce after a few looks, though the node takes them anew each time', async () => {
    scene = await Scene.begin();
    const id = await scene.submit();
    scene.node(ACCEPTED_AND_DROPPED);
    await scene.lane();
    for (let look = 0; look < 3; look++) {
      expect(scene.row(id).held_nonce).toBe(0);
      scene.passes(240_000);
      await scene.lane();
    }
    expect(scene.row(id)).toMatchObject({ status: 'queued', held_nonce: null, last_error: 'evicted', retry_count: 3 });
  });
});

describe('bytes of a worker that lost its lane', () => {
  it('are refused, and the refusal costs the transaction nothing that another worker made of it', async () => {
    scene = await Scene.begin();
    const id = await scene.submit();
    await scene.lane({ fault: { at: 'endpointTwo.submit', kind: 'stallBefore' } });
    scene.passes(16_000);
    scene.node(INVALID, 1);
    await scene.lane({ slot: 1 });
    expect(scene.status(id)).toBe('failed');
    expect(await scene.retry(id, { valueWei: 2n })).toBe('done');
    scene.node(ANSWER_LOST, 1);
    await scene.lane({ slot: 1 });
    const before = scene.row(id);
    expect(before).toMatchObject({ status: 'signed', held_nonce: 0 });
    await scene.resume();
    expect(scene.row(id)).toEqual(before);
  });
});

describe('new fees that make the bytes another transaction has', () => {
  it('are set a wei apart, and the transaction is sent', async () => {
    scene = await Scene.begin({ ceilingWei: 4n * GWEI });
    scene.setBaseFee(3n * GWEI);
    const first = await scene.submit();
    scene.node(INVALID);
    await scene.lane();
    const second = await scene.submit();
    scene.node(says('transaction underpriced'));
    await scene.lane();
    expect(scene.row(second)).toMatchObject({ status: 'signed', held_nonce: 0, last_error: 'underpriced' });
    scene.node(HONEST);
    scene.passes(5_000);
    await scene.lane();
    expect(scene.status(second)).toBe('broadcast');
    expect(scene.row(second).attempt_hash).not.toBe(scene.row(first).attempt_hash);
  });
});

describe('a cap below the base fee', () => {
  it('takes no nonce and holds nobody up, can be cancelled, and goes on when the market comes down', async () => {
    scene = await Scene.begin();
    scene.setBaseFee(5n * GWEI);
    const [low, lower] = await scene.submitAll(
      [4n * GWEI, 1n].map((maxFeePerGasWei) => scene.submission({ maxFeePerGasWei })),
    );
    const other = await scene.submit();
    await scene.lane();
    for (const id of [low, lower] as TransactionId[])
      expect(scene.row(id)).toMatchObject({
        status: 'queued',
        held_nonce: null,
        last_error: 'feeBelowBase',
        retry_count: 0,
      });
    expect(scene.row(other)).toMatchObject({ status: 'broadcast', held_nonce: 0 });
    expect(await scene.cancel(lower as TransactionId)).toBe('done');
    scene.setBaseFee(GWEI);
    scene.passes(60_000);
    await scene.lane();
    expect(scene.row(low as TransactionId)).toMatchObject({ status: 'broadcast', held_nonce: 1 });
    await scene.calm();
    expect(scene.status(lower as TransactionId)).toBe('cancelled');
  });

  it('gives back the nonce that it was given before the market rose', async () => {
    scene = await Scene.begin();
    const id = await scene.submit({ maxFeePerGasWei: 2n * GWEI });
    await scene.lane({ fault: { at: 'signer.sign', kind: 'killBefore' } });
    expect(scene.row(id)).toMatchObject({ status: 'queued', held_nonce: 0 });
    scene.setBaseFee(5n * GWEI);
    scene.passes(60_000);
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'queued', held_nonce: null, last_error: 'feeBelowBase' });
    scene.setBaseFee(GWEI);
    scene.passes(60_000);
    await scene.calm();
    expect(scene.status(id)).toBe('confirmed');
  });
});

describe('bytes that were made anew with other fees', () => {
  it('are not the only ones looked for: the first may be what is mined', async () => {
    scene = await Scene.begin();
    const id = await scene.submit();
    scene.node(refusing({ code: -32000, message: 'transaction underpriced' }, { takes: true }));
    await scene.lane();
    const first = scene.row(id).attempt_hash;
    scene.node(says('replacement transaction underpriced'));
    scene.setBaseFee(5n * GWEI);
    scene.passes(5_000);
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'signed', held_nonce: 0 });
    expect(scene.row(id).attempt_hash).not.toBe(first);
    scene.setBaseFee(GWEI);
    await scene.mine(2);
    expect(scene.row(id)).toMatchObject({ status: 'confirmed', mined_hash: first });
    await scene.calm();
  });
});

describe('a receipt of another block than the one that was read', () => {
  it('confirms nothing: the block may be gone, and the next look decides', async () => {
    scene = await Scene.begin({ confirmations: 2 });
    const id = await scene.submit();
    await scene.lane();
    const elsewhere = `0x${'e5'.repeat(32)}` as BlockHash;
    // Of the answer that is asked for ahead, and of the one that is asked for then.
    for (let asked = 0; asked < 2; asked++) {
      scene.world.nodes[0]?.script.once('receipts', (answers) =>
        answers.map((answer) =>
          answer.ok && answer.value !== null
            ? { ok: true, value: { ...answer.value, block: { ...answer.value.block, hash: elsewhere } } }
            : answer,
        ),
      );
    }
    await scene.mine(2);
    expect(scene.status(id)).toBe('included');
    await scene.mine();
    expect(scene.status(id)).toBe('confirmed');
  });
});

describe('money that a transaction let go of with its nonce', () => {
  it('is not missing when it is tried again', async () => {
    scene = await Scene.begin();
    scene.world.fund(scene.key.address, 100_000n * GWEI); // it costs 63,000 gwei at most
    await scene.mine();
    const id = await scene.submit();
    scene.node(says('insufficient funds for gas * price + value'));
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'queued', held_nonce: null, retry_count: 1 });
    scene.node(HONEST);
    scene.passes(36_000);
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'broadcast', retry_count: 1 });
  });
});

describe('money that signed bytes may cost', () => {
  it('is not there for a later transaction: it takes no nonce and is not sent before there is some', async () => {
    scene = await Scene.begin();
    scene.world.fund(scene.key.address, 100_000n * GWEI); // each costs 63,000 gwei at most
    await scene.mine();
    const first = await scene.submit();
    await scene.lane();
    const second = await scene.submit();
    await scene.lane();
    expect(scene.status(first)).toBe('broadcast');
    expect(scene.row(second)).toMatchObject({ status: 'queued', held_nonce: null, last_error: 'insufficientFunds' });
    expect(scene.row(second).attempt_hash).toBeNull();
    expect(scene.calls('send')).toBe(1);
    await scene.calm();
  });
});

describe('a signer', () => {
  it('is not paused where one block after a reorg holds all that it had in several', async () => {
    scene = await Scene.begin({ confirmations: 3, maxInFlight: 2 });
    for (let block = 0; block < 2; block++) {
      await scene.submitAll([scene.submission(), scene.submission()]);
      await scene.lane();
      await scene.mine();
    }
    scene.world.sim.reorg(2, true);
    scene.world.sim.mineNone(1);
    await scene.mine();
    expect(scene.world.query.all('SELECT paused_reason FROM signers WHERE paused_at IS NOT NULL')).toEqual([]);
    await scene.calm();
  });

  it('is paused where a key is used elsewhere more often than anything of ours explains', async () => {
    scene = await Scene.begin({ maxInFlight: 2 });
    await scene.submit();
    await scene.lane();
    await scene.mine();
    const [stranger] = scene.world.strangers;
    if (stranger !== undefined) await scene.world.sim.foreignUse(stranger, 3, true);
    await scene.track();
    expect(scene.world.query.all('SELECT address FROM signers WHERE paused_at IS NOT NULL')).toEqual([
      { address: scene.key.address },
    ]);
  });
});

describe('a nonce count', () => {
  it('that was wrong once, when the block was new, does not write live bytes off once it is final', async () => {
    scene = await Scene.begin({ confirmations: 2 });
    const id = await scene.submit();
    await scene.lane();
    scene.world.setWeather(0, { ...CALM, lie: 'highCounts' });
    scene.world.sim.mineNone(1);
    await scene.track();
    scene.world.setWeather(0, CALM);
    scene.world.sim.mineNone(1);
    await scene.track();
    expect(scene.row(id)).toMatchObject({ status: 'broadcast', live_nonce: 0 });
    await scene.calm();
  });
});

describe('a nonce that somebody else used', () => {
  it('is not lost before that block is final: it may be replaced, and the own bytes mined after all', async () => {
    scene = await Scene.begin({ confirmations: 3 });
    const id = await scene.submit();
    await scene.lane();
    const sent = scene.row(id).attempt_hash;
    const [stranger] = scene.world.strangers;
    if (stranger !== undefined) await scene.world.sim.foreignUse(stranger, 1, true);
    await scene.track();
    scene.passes(240_000);
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ held_nonce: 0, live_nonce: 0 });
    scene.world.sim.reorg(1, false);
    scene.world.sim.mineNone(2);
    await scene.track();
    scene.passes(240_000);
    await scene.lane();
    await scene.mine(4);
    expect(scene.row(id)).toMatchObject({ status: 'confirmed', mined_hash: sent });
    await scene.calm();
  });
});

describe('a nonce that was lost', () => {
  it('and is given out once more, since a node counts too few, makes bytes of its own', async () => {
    scene = await Scene.begin();
    const id = await scene.submit();
    scene.node(says('insufficient funds for gas * price + value'));
    await scene.lane();
    const [stranger] = scene.world.strangers;
    if (stranger !== undefined) await scene.world.sim.foreignUse(stranger, 1, true);
    await scene.mine();
    expect(scene.row(id)).toMatchObject({ status: 'queued', live_nonce: null });
    const lost = scene.row(id).attempt_hash;
    scene.world.setWeather(0, { ...CALM, lie: 'oldCounts' });
    scene.world.sim.mineNone(1);
    await scene.track();
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ held_nonce: 0, live_nonce: 0 });
    expect(scene.row(id).attempt_hash).not.toBe(lost);
    await scene.calm();
  });
});

describe('a call that would revert', () => {
  it('waits for what was accepted before it, and not for what keeps coming after it', async () => {
    scene = await Scene.begin();
    const earlier = await scene.submit();
    await scene.lane();
    const contract = `0x${'c0'.repeat(20)}` as typeof scene.key.address;
    scene.world.sim.chain.code.set(contract, { revertsWith: '0x' });
    const call = await scene.submit({ to: contract, data: '0x12345678', gasLimit: null });
    await scene.lane();
    expect(scene.row(call)).toMatchObject({ status: 'queued', last_error: 'revertsForNow', retry_count: 0 });
    await scene.mine(2);
    expect(scene.status(earlier)).toBe('confirmed');
    await scene.submit();
    scene.passes(5_000);
    await scene.lane();
    expect(scene.row(call)).toMatchObject({ status: 'failed', failure_code: 'would_revert' });
  });
});
