import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failing } from '../../../src/adapters/outbound/chain/scripted/script.ts';
import { reportRestore } from '../../../src/application/use-cases/restore/report.ts';
import { CHAIN, commit, content, newAttempt, put, request, transactionId } from '../../support/stored.ts';
import { broadcast, failed, queued, settled, txHash } from '../../support/transactions.ts';
import { ACCOUNT, KEY, lostRecord, only, OTHER, OTHER_KEY, payee, TAKEN_AT, type LostRecord } from './lost.ts';

let lost: LostRecord;
beforeEach(async () => {
  lost = await lostRecord();
});
afterEach(() => lost.storage.close());

const mine = { chainId: CHAIN, signer: ACCOUNT.address };
const asking = (n: number, valueWei: bigint) => ({
  accepted: { content: content({ request: request({ to: payee(n), valueWei }) }) },
});
const open = (n: number) =>
  commit(lost.storage, {
    failures: [{ kind: 'opened', transactionId: transactionId(n), code: 'expired', message: 'm', nodeMessage: null }],
  });

describe('the report on a restored record', () => {
  it('is there only while a signer waits for a decision', async () => {
    expect(await reportRestore(lost.parts, CHAIN)).toBeNull();
    await lost.restore();
    expect(only(await lost.report())).toMatchObject({
      key: KEY,
      reason: expect.stringContaining('restored: the record is the backup of 2025-01-01T00:00:00.000Z') as string,
      since: { takenAt: TAKEN_AT, nextNonce: 0, cursor: { number: 1 } },
      strangers: [],
    });
    await commit(lost.storage, { signers: [{ key: KEY, paused: null }] });
    expect(await reportRestore(lost.parts, CHAIN)).toBeNull();
  });

  it('names what the chain has of the signer and the record has not, beside the rows that ask for the same', async () => {
    await put(lost.storage, 1, queued(mine), asking(1, 10n));
    await put(lost.storage, 2, queued(mine), asking(2, 20n));
    await put(lost.storage, 3, failed({ ...mine, liveNonce: null, attemptHash: null }), asking(3, 30n));
    await put(lost.storage, 4, failed({ ...mine, liveNonce: null, attemptHash: null }), asking(4, 40n));
    await open(3);
    await open(4);
    await lost.restore();
    const [one, three, nine] = [
      await lost.send(0, payee(1), 10n),
      await lost.send(1, payee(3), 30n),
      await lost.send(2, payee(9), 90n),
    ];
    const first = lost.chain.mine();
    await lost.send(3, payee(2), 21n);
    lost.chain.mine();
    const report = await lost.report();
    expect(report.incomplete).toBeNull();
    expect(only(report)).toMatchObject({ count: 4, pendingCount: 4, queuedInDoubt: 2, failedInDoubt: 2 });
    const told = only(report).strangers.map(({ hash, nonce, alike }) => ({ hash, nonce, alike }));
    expect(told).toEqual([
      { hash: one, nonce: 0, alike: [{ id: transactionId(1), status: 'queued', signer: ACCOUNT.address }] },
      { hash: three, nonce: 1, alike: [{ id: transactionId(3), status: 'failed', signer: ACCOUNT.address }] },
      { hash: nine, nonce: 2, alike: [] },
      { hash: expect.any(String) as string, nonce: 3, alike: [] },
    ]);
    expect(only(report).strangers[0]).toMatchObject({
      block: { number: first.number, hash: first.hash },
      unsigned: { to: payee(1), valueWei: 10n },
    });
  });

  it('compares with the rows of all signers: a repeat may have been given another than the one that paid', async () => {
    await commit(lost.storage, { signers: [{ key: OTHER_KEY, nextNonce: 0 }] });
    await lost.restore();
    await put(lost.storage, 1, queued({ chainId: CHAIN, signer: OTHER.address }), asking(1, 10n));
    const hash = await lost.send(0, payee(1), 10n);
    lost.chain.mine();
    const { signers } = await lost.report();
    const [own, other] = [KEY, OTHER_KEY].map((key) => signers.find((one) => one.key.address === key.address));
    expect(own).toMatchObject({
      queuedInDoubt: 0,
      strangers: [{ hash, alike: [{ id: transactionId(1), status: 'queued', signer: OTHER.address }] }],
    });
    expect(other).toMatchObject({ queuedInDoubt: 1, strangers: [] });
  });

  it('names rows with bytes at a nonce that the chain has used', async () => {
    await put(lost.storage, 1, broadcast({ ...mine, heldNonce: 0, liveNonce: 0 }), asking(1, 10n));
    await put(
      lost.storage,
      2,
      broadcast({ ...mine, heldNonce: 1, liveNonce: 1, attemptHash: txHash(77) }),
      asking(2, 10n),
    );
    await lost.restore();
    expect(only(await lost.report()).outrun).toEqual([]);
    await lost.send(0, payee(1), 10n);
    lost.chain.mine();
    expect(only(await lost.report())).toMatchObject({
      outrun: [{ id: transactionId(1), nonce: 0 }],
      strangers: [{ nonce: 0, alike: [] }],
    });
  });

  it('leaves out what is on record: live or final, of this signer or of another', async () => {
    const hash = await lost.send(0, payee(1), 10n);
    await put(lost.storage, 1, broadcast({ ...mine, heldNonce: 0, liveNonce: 0, attemptHash: hash }), asking(1, 10n));
    await lost.restore();
    lost.chain.mine();
    expect(only(await lost.report())).toMatchObject({ strangers: [], queuedInDoubt: 0, count: 1 });
  });

  it('does not doubt rows that are over, closed, or have live bytes', async () => {
    await put(lost.storage, 1, settled('expired', mine));
    await put(lost.storage, 2, failed({ ...mine, liveNonce: 3, attemptHash: null }), { attempt: newAttempt(2) });
    await put(lost.storage, 3, queued({ ...mine, liveNonce: 4 }));
    await put(lost.storage, 4, failed({ ...mine, liveNonce: null, attemptHash: null }));
    await open(2);
    await open(4);
    await commit(lost.storage, {
      failures: [{ kind: 'closed', transactionId: transactionId(4), by: 'user:ann', reason: 'r' }],
    });
    await put(lost.storage, 5, queued());
    await lost.restore();
    const report = await lost.report();
    const own = report.signers.find(({ key }) => key.address === KEY.address);
    expect(own).toMatchObject({ queuedInDoubt: 0, failedInDoubt: 0 });
  });

  it('says what waits in the pool', async () => {
    await lost.restore();
    await lost.send(0, payee(1), 1n);
    await lost.send(1, payee(2), 1n);
    expect(only(await lost.report())).toMatchObject({ count: 0, pendingCount: 2, strangersInPool: 2, strangers: [] });
  });

  it('tells what waits in the pool and is on record from what is not', async () => {
    const known = await lost.send(0, payee(1), 1n);
    await put(lost.storage, 1, broadcast({ ...mine, heldNonce: 0, liveNonce: 0, attemptHash: known }));
    // On record at the same nonce as something else that the pool holds.
    await put(lost.storage, 2, broadcast({ ...mine, heldNonce: 1, liveNonce: 1, attemptHash: txHash(77) }));
    await lost.restore();
    expect(only(await lost.report())).toMatchObject({ pendingCount: 1, strangersInPool: 0 });
    await lost.send(1, payee(2), 1n);
    expect(only(await lost.report())).toMatchObject({ pendingCount: 2, strangersInPool: 1 });
  });

  it('reads no block where no count has gone up, and none below the first nonce that the backup did not know', async () => {
    await lost.restore();
    for (let i = 0; i < 10; i++) lost.chain.mine();
    await lost.report();
    expect(lost.node.calls.filter(({ method }) => method === 'contents')).toHaveLength(0);
    await lost.send(0, payee(1), 1n);
    lost.chain.mine();
    for (let i = 0; i < 3; i++) lost.chain.mine();
    expect(only(await lost.report()).strangers).toHaveLength(1);
    expect(lost.node.calls.filter(({ method }) => method === 'contents')).toHaveLength(4);
  });

  it('reads back to the first transaction of an account that the backup had not seen, and no further', async () => {
    for (let i = 0; i < 5; i++) lost.chain.mine();
    const early = await lost.send(0, payee(1), 1n);
    lost.chain.mine();
    lost.chain.mine();
    await lost.storage.knex('signers').update({ next_nonce: null });
    await lost.storage.knex('chains').update({ cursor_number: null, cursor_hash: null });
    await lost.restore();
    expect(only(await lost.report()).strangers).toMatchObject([{ hash: early }]);
    expect(lost.node.calls.filter(({ method }) => method === 'contents')).toHaveLength(2);
  });

  it('looks below the block of the backup where that has been replaced', async () => {
    // In the replaced block its bytes were known; on the other branch lost ones took their place.
    await lost.send(0, payee(1), 10n);
    const { number, hash, parentHash } = lost.chain.mine();
    const from = (await lost.storage.work.chain(CHAIN))?.cursor ?? null;
    await commit(lost.storage, {
      signers: [{ key: KEY, nextNonce: 1 }],
      cursors: [{ chainId: CHAIN, from, to: { number, hash }, blocks: [{ number, hash, parentHash }] }],
    });
    await lost.restore();
    lost.chain.reorg(1);
    const instead = await lost.send(0, payee(2), 20n);
    lost.chain.mine();
    lost.chain.mine();
    expect(only(await lost.report()).strangers.map((one) => one.hash)).toEqual([instead]);
  });

  it('says where it could not see everything, and never that there is nothing', async () => {
    await lost.restore();
    await lost.send(0, payee(1), 1n);
    lost.chain.mine();
    lost.node.script.once('contents', failing({ message: 'pruned' }));
    expect(await lost.report()).toMatchObject({ incomplete: expect.stringContaining('pruned') as string });
    lost.node.script.once('accounts', failing({ message: 'no state' }));
    expect(await lost.report()).toMatchObject({ incomplete: expect.stringContaining('no state') as string });
    lost.node.script.once('signedBytes', failing({ message: 'busy' }));
    expect(await lost.report()).toMatchObject({ incomplete: expect.stringContaining('busy') as string });
    lost.node.outage({ message: 'away' });
    expect(await reportRestore(lost.parts, CHAIN)).toEqual({ unanswered: 'away' });
  });

  it('shows a transaction whose bytes the node does not show, or shows wrongly, as one that nobody can compare', async () => {
    await put(lost.storage, 1, queued(mine), asking(1, 10n));
    await lost.restore();
    await lost.send(0, payee(1), 10n);
    lost.chain.mine();
    const other = await ACCOUNT.sign({ nonce: 7 });
    lost.node.script.once('signedBytes', (honest) =>
      honest.map((answer) =>
        answer.ok && answer.value !== null ? { ok: true, value: { ...answer.value, raw: other.raw } } : answer,
      ),
    );
    expect(only(await lost.report()).strangers).toMatchObject([{ nonce: 0, unsigned: null, alike: [] }]);
  });

  it('keeps the older point where a second restore comes before the decision', async () => {
    await lost.restore();
    const before = only(await lost.report()).since;
    await lost.send(0, payee(1), 1n);
    lost.chain.mine();
    await lost.catchUp();
    await commit(lost.storage, { signers: [{ key: KEY, nextNonce: 1 }] });
    await lost.restore();
    expect(only(await lost.report())).toMatchObject({
      since: { cursor: before.cursor, nextNonce: 0 },
      strangers: [{ nonce: 0 }],
    });
  });
});
