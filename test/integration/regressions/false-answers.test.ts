import { afterEach, describe, expect, it } from 'vitest';
import { failing } from '../../../src/adapters/outbound/chain/scripted/script.ts';
import type { Answer, Receipt } from '../../../src/application/ports/chain-node.ts';
import type { Address, BlockHash } from '../../../src/domain/primitives.ts';
import { Scene } from '../../support/simulation/scene.ts';

let scene: Scene;
afterEach(() => scene.end());

type Receipts = readonly Answer<Receipt | null>[];
/** What a node says of the receipts, made of what is true. */
const changed =
  (change: (receipt: Receipt) => Receipt | null) =>
  (honest: Receipts): Receipts =>
    honest.map((one) => (one.ok && one.value !== null ? { ok: true, value: change(one.value) } : one));
const failedReceipts = changed((receipt) => ({ ...receipt, succeeded: false }));
const missing = changed(() => null);
const elsewhere = changed((receipt) => ({
  ...receipt,
  succeeded: false,
  block: { ...receipt.block, hash: `0x${'66'.repeat(32)}` as BlockHash },
}));

describe('a receipt of a transaction that was paid', () => {
  it.each([
    ['is right the second time', [failedReceipts]],
    ['is missing the second time', [failedReceipts, missing]],
    ['is of another block the second time', [failedReceipts, elsewhere]],
  ] as const)('that says once that it failed, and %s, decides nothing', async (_, lies) => {
    scene = await Scene.begin({ confirmations: 2 });
    const ids = await scene.submitAll([scene.submission(), scene.submission()]);
    await scene.lane();
    for (const lie of lies) scene.world.nodes[0]?.script.once('receipts', lie);
    await scene.mine(2);
    expect(ids.map((id) => scene.status(id))).toEqual(['included', 'included']);
    // One batch, asked ahead, and one more for all that failed.
    expect(scene.calls('receipts')).toBe(2);
    await scene.mine();
    expect(ids.map((id) => scene.status(id))).toEqual(['confirmed', 'confirmed']);
  });

  it('that says so twice is believed', async () => {
    scene = await Scene.begin({ confirmations: 2 });
    const contract = `0x${'c0'.repeat(20)}` as Address;
    const ids = await scene.submitAll([scene.submission(), scene.submission({ to: contract, data: '0x12345678' })]);
    await scene.lane();
    scene.world.sim.chain.code.set(contract, { revertsWith: '0x' });
    await scene.mine(2);
    expect(ids.map((id) => scene.status(id))).toEqual(['confirmed', 'reverted']);
    expect(scene.world.nodes[0]?.calls.filter(({ method }) => method === 'receipts').map(({ items }) => items)).toEqual(
      [2, 1],
    );
  });
});

describe('a node that does not say which chain it is', () => {
  it.each([
    [{ transport: 'timeout', message: 'no answer' }, 'unavailable', 1],
    [{ httpStatus: 429, message: 'too many requests' }, 'rateLimited', 0],
  ] as const)('is sent nothing, and that counts as its silence does: %j', async (error, reason, count) => {
    scene = await Scene.begin();
    const id = await scene.submit();
    await scene.lane({ fault: { at: 'endpointTwo.submit', kind: 'killBefore' } });
    scene.passes(60_000);
    scene.world.nodes[0]?.script.always('identity', failing(error));
    await scene.lane();
    expect(scene.calls('send')).toBe(0);
    expect(scene.row(id)).toMatchObject({ status: 'signed', held_nonce: 0, last_error: reason, retry_count: count });
    expect(scene.world.query.all('SELECT address FROM signers WHERE paused_at IS NOT NULL')).toEqual([]);
    scene.world.nodes[0]?.script.always('identity', null);
    scene.passes(36_000);
    await scene.lane();
    expect(scene.row(id)).toMatchObject({ status: 'broadcast', retry_count: count });
    await scene.calm();
  });
});
