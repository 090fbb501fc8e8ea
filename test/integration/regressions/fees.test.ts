import { afterEach, describe, expect, it } from 'vitest';
import { fromBody } from '../../../src/adapters/outbound/sql/figures/body.ts';
import { HONEST, refusing } from '../../../src/adapters/outbound/chain/scripted/send-behaviour.ts';
import { failing } from '../../../src/adapters/outbound/chain/scripted/script.ts';
import type { Address } from '../../../src/domain/primitives.ts';
import { Scene } from '../../support/simulation/scene.ts';

const INVALID = refusing({ code: -32000, message: 'intrinsic gas too low: gas 21000, minimum needed 21064' });

let scene: Scene;
afterEach(() => scene.end());

/** What the record says that was paid. */
const spent = (): bigint =>
  scene.world.query
    .all<{ body: string }>('SELECT body FROM figure_deltas')
    .flatMap(({ body }) => fromBody(body))
    .reduce((sum, [name, wei]) => (name === 'fees' ? sum + wei : sum), 0n);
const balance = (): bigint => scene.world.sim.chain.tip.accounts.get(scene.key.address)?.balanceWei ?? 0n;

describe('fees spent', () => {
  it('are what the account lost besides the values, of confirmed and reverted ones alike, each once', async () => {
    scene = await Scene.begin({ confirmations: 2 });
    const contract = `0x${'c0'.repeat(20)}` as Address;
    scene.world.sim.chain.code.set(contract, { revertsWith: null });
    const before = balance();
    await scene.submitAll([scene.submission(), scene.submission({ to: contract, data: '0x12345678' })]);
    await scene.lane();
    scene.world.sim.chain.code.set(contract, { revertsWith: '0x' });
    await scene.mine();
    expect(spent()).toBe(0n);
    await scene.mine(3);
    expect(scene.world.query.all('SELECT status FROM transactions ORDER BY id')).toMatchObject([
      { status: 'confirmed' },
      { status: 'reverted' },
    ]);
    expect(spent()).toBe(before - balance() - 1n);
  });

  it('of a filler are counted too, and its nonce is final without them', async () => {
    scene = await Scene.begin({ confirmations: 2 });
    const before = balance();
    await hole();
    await scene.mine(3);
    expect(scene.fillers()).toEqual([{ nonce: 0, status: 'done' }]);
    expect(spent()).toBe(before - balance() - 2n);
  });

  it('are not waited for: a filler is done though the node does not say what it cost', async () => {
    scene = await Scene.begin({ confirmations: 2 });
    await hole();
    scene.world.nodes[0]?.script.always('receipts', failing({ message: 'no receipts' }));
    await scene.mine(4);
    expect(scene.fillers()).toEqual([{ nonce: 0, status: 'done' }]);
    expect(spent()).toBe(0n);
    scene.world.nodes[0]?.script.always('receipts', null);
  });
});

/** Two are signed; the lower one is refused for good, so its nonce is a hole that a filler closes. */
async function hole(): Promise<void> {
  await scene.submitAll([scene.submission({ valueWei: 1n }), scene.submission({ valueWei: 2n })]);
  scene.node(({ transaction }) => (transaction?.valueWei === 1n ? INVALID : HONEST));
  await scene.lane();
  expect(scene.fillers()).toEqual([{ nonce: 0, status: 'open' }]);
}
