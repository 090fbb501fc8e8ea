import { afterEach, describe, expect, it } from 'vitest';
import { failing, type Change } from '../../../src/adapters/outbound/chain/scripted/script.ts';
import {
  ACCEPTED_AND_DROPPED,
  HONEST,
  refusing,
} from '../../../src/adapters/outbound/chain/scripted/send-behaviour.ts';
import type { BlockHash, ChainId, TransactionId } from '../../../src/domain/primitives.ts';
import type { Parts } from '../../support/simulation/parts.ts';
import { Scene } from '../../support/simulation/scene.ts';
import { runLane, track } from '../../support/simulation/tasks.ts';

let scene: Scene;
afterEach(() => scene.end());

const countsAreHigherBy =
  (more: number): Change<'accounts'> =>
  (answers) =>
    answers.map((answer) =>
      answer.ok ? { ok: true, value: { ...answer.value, nonce: answer.value.nonce + more } } : answer,
    );
/** Blocks without their transactions. */
const emptyBlocks: Change<'around'> = (answer) =>
  !answer.ok || answer.value.next === null
    ? answer
    : { ok: true, value: { ...answer.value, next: { ...answer.value.next, transactionHashes: [] } } };
/** Another block at the cursor's height, as another chain has it. */
const otherBlocks: Change<'around'> = (answer) =>
  !answer.ok || answer.value.at === null
    ? answer
    : { ok: true, value: { at: { ...answer.value.at, hash: `0x${'66'.repeat(32)}` as BlockHash }, next: null } };
const otherChain: Change<'identity'> = (answer) =>
  answer.ok ? { ok: true, value: { ...answer.value, chainId: 5 as ChainId } } : answer;

const script = () => {
  const node = scene.world.nodes[0];
  if (node === undefined) throw new Error('there is no node');
  return node.script;
};
/** A step in which the record cannot agree with the chain, as the node hides it. */
const unchecked = async (run: (parts: Parts) => Promise<unknown>): Promise<void> => {
  expect(await scene.world.slots[0]?.perform(run, null)).toMatchObject({ kind: 'done' });
};
const paused = (): readonly unknown[] =>
  scene.world.query.all('SELECT address FROM signers WHERE paused_at IS NOT NULL');
const confirmed = (): number => scene.world.query.all(`SELECT id FROM transactions WHERE status = 'confirmed'`).length;
const someMore = (count: number): Promise<readonly TransactionId[]> =>
  scene.submitAll(Array.from({ length: count }, () => scene.submission()));

describe('a node that counts too many transactions of an account', () => {
  it('once, loses and doubles nothing, and brings no more fillers than it counted too many', async () => {
    scene = await Scene.begin({ maxInFlight: 8 });
    await someMore(2);
    await scene.lane();
    script().once('accounts', countsAreHigherBy(3));
    await scene.mine();
    await someMore(2);
    await scene.lane();
    await scene.mine();
    await scene.lane();
    expect(scene.fillers().length).toBeLessThanOrEqual(3);
    await scene.calm();
    expect(confirmed()).toBe(4);
    expect(scene.world.sim.nonceOf(scene.key.address)).toBe(4 + scene.fillers().length);
  });

  it('for long, loses and doubles nothing, and all goes on when it counts rightly', async () => {
    scene = await Scene.begin({ maxInFlight: 8 });
    script().always('accounts', countsAreHigherBy(3));
    for (let round = 0; round < 5; round++) {
      await someMore(2);
      await scene.lane();
      await scene.mine();
      scene.passes(60_000);
    }
    script().always('accounts', null);
    await scene.mine();
    await scene.lane();
    expect(paused()).toEqual([]);
    expect(scene.fillers().length).toBeLessThanOrEqual(3);
    await scene.calm();
    expect(confirmed()).toBe(10);
    expect(scene.world.sim.nonceOf(scene.key.address)).toBe(10 + scene.fillers().length);
  });

  it('by thousands, once, makes no fillers by the thousand: a person looks at it, and the signer goes on', async () => {
    scene = await Scene.begin();
    await someMore(2);
    await scene.lane();
    script().once('accounts', countsAreHigherBy(5_000));
    await scene.mine();
    expect(paused()).toEqual([{ address: scene.key.address }]);
    await someMore(2);
    expect(await scene.lane()).toMatchObject({ kind: 'done' });
    await scene.mine();
    await scene.world.unpause();
    expect(await scene.lane()).toMatchObject({ kind: 'done' });
    await scene.calm();
    expect(confirmed()).toBe(4);
    expect(scene.fillers()).toEqual([]);
  });
});

describe('a node that counts far fewer transactions of an account than it did', () => {
  it('once, leads to no nonce that was used before: a person looks at it, and the signer goes on', async () => {
    scene = await Scene.begin({ maxInFlight: 8, confirmations: 1 });
    for (let block = 0; block < 10; block++) {
      await someMore(8);
      await scene.lane();
      await scene.mine();
    }
    expect(confirmed()).toBe(80);
    script().once('accounts', countsAreHigherBy(-80));
    await scene.mine();
    expect(paused()).toEqual([{ address: scene.key.address }]);
    const waiting = (await someMore(1))[0] as TransactionId;
    expect(await scene.lane()).toMatchObject({ kind: 'done' });
    expect(scene.row(waiting)).toMatchObject({ status: 'queued', held_nonce: null });
    await scene.mine();
    await scene.world.unpause();
    await scene.lane();
    expect(scene.row(waiting).held_nonce).toBe(80);
    await scene.calm();
    expect(confirmed()).toBe(81);
    expect(scene.fillers()).toEqual([]);
  });
});

describe('a node that shows blocks without our transactions', () => {
  it.each([0, 1, 5])('and counts %i too many, leads to no second payment', async (more) => {
    scene = await Scene.begin({ maxInFlight: 8 });
    await someMore(3);
    await scene.lane();
    script().always('around', emptyBlocks);
    script().always('accounts', countsAreHigherBy(more));
    for (let round = 0; round < 4; round++) {
      scene.world.sim.mineNext();
      await unchecked((parts) => track(parts, 50));
      scene.passes(60_000);
      await unchecked((parts) => runLane(parts, scene.key, () => scene.world.clock.now()));
    }
    expect(confirmed()).toBe(3);
    await scene.calm();
    expect(confirmed()).toBe(3);
    const mined = scene.world.query.all(`SELECT DISTINCT mined_hash FROM transactions WHERE status = 'confirmed'`);
    expect(mined).toHaveLength(3);
    expect(scene.world.sim.nonceOf(scene.key.address)).toBe(3 + scene.fillers().length);
  });
});

describe('an endpoint behind which another chain answers for some seconds', () => {
  it.each([1, 2])('pauses nobody and takes nothing back, with %i confirmations', async (confirmations) => {
    scene = await Scene.begin({ confirmations });
    await someMore(2);
    await scene.lane();
    await scene.mine(2);
    expect(confirmed()).toBe(2);
    script().always('identity', otherChain);
    script().always('around', otherBlocks);
    for (let second = 0; second < 4; second++) {
      scene.passes(1_000);
      await scene.track();
    }
    script().always('identity', null);
    await scene.track(); // its blocks are shown a moment longer
    script().always('around', null);
    expect(paused()).toEqual([]);
    await someMore(1);
    await scene.lane();
    await scene.mine(2);
    expect(paused()).toEqual([]);
    expect(confirmed()).toBe(3);
  });

  it('takes no nonce away, whatever it says of our funds', async () => {
    scene = await Scene.begin();
    await scene.submit();
    await scene.lane(); // it is known which chain it was a moment ago
    const id = await scene.submit();
    script().always('identity', otherChain);
    scene.node(refusing({ code: -32000, message: 'insufficient funds for gas * price + value' }));
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'signed', held_nonce: 1, last_error: 'unavailable' });
    script().always('identity', null);
    scene.node(HONEST);
    await scene.calm();
    expect(scene.status(id)).toBe('confirmed');
  });

  it('fails nothing for good, whatever it says of our bytes', async () => {
    scene = await Scene.begin();
    await scene.submit();
    await scene.lane(); // it is known which chain it was a moment ago
    const id = await scene.submit();
    const call = await scene.submit({ data: '0x12345678', gasLimit: null });
    script().always('identity', otherChain);
    script().once('estimate', failing({ code: 3, message: 'execution reverted', data: '0x' }));
    scene.node(refusing({ code: -32000, message: 'invalid chain id for signer: have 31337 want 5' }));
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'signed', held_nonce: 1, last_error: 'unavailable' });
    expect(scene.row(call)).toMatchObject({ status: 'queued', last_error: 'unavailable' });
    script().always('identity', null);
    scene.node(HONEST);
    scene.passes(36_000);
    await scene.lane();
    expect(scene.status(id)).toBe('broadcast');
    await scene.calm();
  });
});

describe('a node that answers a question about fees as if bytes had been sent', () => {
  it.each([
    ['execution reverted', 3],
    ['insufficient funds for gas * price + value', -32000],
    ['invalid sender', -32000],
  ])('fails nothing with a code of its own: %s', async (message, code) => {
    scene = await Scene.begin();
    const id = await scene.submit();
    script().always('feeHistory', failing({ code, message }));
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'queued', last_error: 'unknown', retry_count: 1 });
    script().always('feeHistory', null);
    await scene.calm();
    expect(scene.status(id)).toBe('confirmed');
  });
});

describe('a node that holds bytes back and counts as it likes', () => {
  it('has nobody pay twice: bytes are written off only where other ones are in a block at their nonce', async () => {
    scene = await Scene.begin({ maxInFlight: 8, confirmations: 2 });
    const ids = await someMore(4);
    scene.node(ACCEPTED_AND_DROPPED);
    await scene.lane();
    script().always('accounts', countsAreHigherBy(3));
    for (let block = 0; block < 40; block++) {
      scene.world.sim.mineNone(1);
      await scene.track();
      scene.passes(1_000);
      await scene.lane();
    }
    expect(ids.map((id) => scene.row(id).live_nonce)).toEqual([0, 1, 2, 3]);
    script().always('accounts', null);
    scene.node(null);
    await scene.calm();
    expect(confirmed()).toBe(4);
    expect(scene.world.sim.nonceOf(scene.key.address)).toBe(4);
  });
});

describe('a count that no block explains', () => {
  it('gives no nonces out above it, and so needs no fillers', async () => {
    scene = await Scene.begin({ maxInFlight: 1_000 });
    script().always('accounts', countsAreHigherBy(900));
    for (let block = 0; block < 20; block++) {
      await someMore(2);
      await scene.lane();
      await scene.mine();
    }
    script().always('accounts', null);
    await scene.calm();
    expect(scene.fillers()).toEqual([]);
    expect(confirmed()).toBe(40);
  });

  it('is believed after many blocks: it was wrong when it was first read', async () => {
    scene = await Scene.begin();
    const [stranger] = scene.world.strangers;
    if (stranger !== undefined) await scene.world.sim.foreignUse(stranger, 3, true);
    script().once('accounts', countsAreHigherBy(-3));
    script().once('contents', failing({ message: 'away', transport: 'timeout' }));
    await scene.track();
    for (let block = 0; block < 40; block++) {
      scene.world.sim.mineNone(1);
      await scene.track();
    }
    const id = await scene.submit();
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'broadcast', held_nonce: 3 });
  });

  it('is believed at once where somebody else’s transactions are in the block', async () => {
    scene = await Scene.begin();
    const [stranger] = scene.world.strangers;
    if (stranger !== undefined) await scene.world.sim.foreignUse(stranger, 3, true);
    await scene.track();
    const id = await scene.submit();
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'broadcast', held_nonce: 3 });
  });
});
