import { afterEach, describe, expect, it } from 'vitest';
import { HONEST, refusing, type HandedItem } from '../../../src/adapters/outbound/chain/scripted/send-behaviour.ts';
import { markRestored } from '../../../src/adapters/outbound/sql/backup/mark-restored.ts';
import { Cancel } from '../../../src/application/use-cases/cancel.ts';
import { ResumeSigner } from '../../../src/application/use-cases/resume-signer.ts';
import type { Address, FillerId, Hex } from '../../../src/domain/primitives.ts';
import { Lifeline } from '../../support/simulation/lifeline.ts';
import { endpointTwo } from '../../support/simulation/parts.ts';
import { Scene } from '../../support/simulation/scene.ts';
import { memory } from '../../support/storage.ts';
import { commit, LANE, put, transactionId } from '../../support/stored.ts';
import { NOW, queued } from '../../support/transactions.ts';

const INVALID = refusing({ code: -32000, message: 'intrinsic gas too low: gas 21000, minimum needed 21064' });

let scene: Scene;
const restore = () => markRestored(scene.world.knex, { at: NOW, takenAt: NOW, configured: [] });
const handed = () => scene.world.sim.chain.handed.length;

describe('a signer of a restored record', () => {
  afterEach(() => scene.end());

  it('sends none of its bytes, and closes no hole, by its lane or by endpoint 2', async () => {
    scene = await Scene.begin({ confirmations: 2 });
    await scene.submitAll([1n, 2n, 3n].map((valueWei) => scene.submission({ valueWei })));
    const fillers: Hex[] = [];
    scene.node(({ raw, transaction }: HandedItem) => {
      if (transaction?.valueWei === 0n) fillers.push(raw);
      return transaction?.valueWei === 1n ? INVALID : { takes: false, answers: 'honest' };
    });
    await scene.lane();
    expect(scene.fillers()).toEqual([{ nonce: 0, status: 'open' }]);
    await restore();
    scene.node(HONEST);
    scene.passes(240_000);
    const before = handed();
    await scene.lane();
    const [row] = scene.world.query.all<{ id: FillerId }>('SELECT id FROM fillers');
    const [node] = scene.world.nodes;
    const [filler] = fillers;
    if (node === undefined || row === undefined || filler === undefined) throw new Error('no filler was sent');
    const items = [{ transactionId: row.id, rawTransaction: filler }];
    const answer = await endpointTwo(scene.world, new Lifeline(true), node).submit(items);
    expect(answer).toMatchObject({ results: [{ outcome: 'pending' }] });
    expect(handed()).toBe(before);
  });

  it('has nothing expire: it may have been sent in time', async () => {
    scene = await Scene.begin({ confirmations: 2 });
    const id = await scene.submit({}, { validUntil: scene.world.clock.now() + 1_000 });
    await restore();
    scene.passes(240_000);
    await scene.sweep();
    expect(scene.status(id)).toBe('queued');
    await scene.world.knex('signers').update({ restored_at: null });
    await scene.sweep();
    expect(scene.status(id)).toBe('expired');
  });
});

describe('what is asked of a signer of a restored record', () => {
  const opened = async () => {
    const storage = await memory();
    await put(storage, 1, queued());
    await commit(storage, { signers: [{ key: LANE, nextNonce: 1 }] });
    await markRestored(storage.knex, { at: NOW, takenAt: NOW, configured: [] });
    return storage;
  };

  it("a client's cancel is refused, an operator's is a decision", async () => {
    const storage = await opened();
    const cancel = (client: string | null) =>
      new Cancel(storage).cancel({
        id: transactionId(1),
        actor: { name: client ?? 'user:ann', requestId: null },
        client,
        reason: client === null ? 'it was never sent' : null,
        expectedVersions: null,
      });
    expect(await cancel('shop')).toMatchObject({
      kind: 'illegal',
      message: expect.stringContaining('backup') as string,
    });
    expect(await cancel(null)).toMatchObject({ kind: 'done' });
    await storage.close();
  });

  it('it goes on only where that was decided, and is then past the restore', async () => {
    const storage = await opened();
    const resume = (decided: boolean) =>
      new ResumeSigner(storage).resume({ key: LANE, actor: 'user:ann', reason: 'all is adopted', decided });
    expect(await resume(false)).toBe('restored');
    expect((await storage.work.lane(LANE)).signer.paused).toMatchObject({ restored: { takenAt: NOW, nextNonce: 1 } });
    expect(await resume(true)).toBe('resumed');
    expect((await storage.work.lane(LANE)).signer.paused).toBeNull();
    const [row] = await storage.knex('signers').select<Record<string, unknown>[]>();
    expect(Object.entries(row ?? {}).filter(([name, value]) => name.startsWith('restored') && value !== null)).toEqual(
      [],
    );
    await storage.close();
  });

  it('all signers go on by one decision, but for those that are paused for something else', async () => {
    const storage = await memory();
    const key = (n: number) => ({ ...LANE, address: `0x${String(n).repeat(40)}` as Address });
    const at = NOW - 1;
    const paused = { reason: 'its nonce count jumped', at };
    await commit(storage, { signers: [{ key: key(1) }, { key: key(2) }, { key: key(3), paused }, { key: key(4) }] });
    const restored = () => markRestored(storage.knex, { at: NOW, takenAt: NOW, configured: [] });
    await restored();
    await restored();
    await commit(storage, { signers: [{ key: key(4), paused: { ...paused, reason: 'its nonce count fell' } }] });
    const command = { key: key(1), actor: 'user:ann', reason: 'all is adopted', decided: true };
    expect(await new ResumeSigner(storage).resume(command)).toBe('resumed');
    expect((await storage.work.signers(LANE.chainId)).map((row) => row.paused)).toEqual([
      null,
      null,
      { reason: 'its nonce count jumped', at: NOW },
      { reason: 'its nonce count fell', at },
    ]);
    const audit = (await storage.views.audit(9, null)).items.map(({ detail }) => detail?.['signer']);
    expect(audit.sort()).toEqual([key(1).address, key(2).address]);
    expect((await storage.outbox.take(9)).flatMap(({ wakeUps }) => wakeUps.map(({ signer }) => signer))).toEqual([
      key(1),
      key(2),
    ]);
    await storage.close();
  });

  it('a pause of another reason does not end it', async () => {
    const storage = await opened();
    await commit(storage, { signers: [{ key: LANE, paused: { reason: 'its nonce count fell', at: NOW } }] });
    expect((await storage.work.lane(LANE)).signer.paused?.restored).toBeDefined();
    await storage.close();
  });
});
