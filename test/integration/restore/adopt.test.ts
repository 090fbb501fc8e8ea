import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdoptMined, type AdoptOutcome } from '../../../src/application/use-cases/restore/adopt.ts';
import type { TxHash } from '../../../src/domain/primitives.ts';
import type { Transaction } from '../../../src/domain/transaction/transaction.ts';
import { CHAIN, commit, content, put, request, transactionId } from '../../support/stored.ts';
import { failed, queued, settled, txHash } from '../../support/transactions.ts';
import { ACCOUNT, KEY, lostRecord, only, OTHER, OTHER_KEY, payee, type LostRecord } from './lost.ts';

let lost: LostRecord;
beforeEach(async () => {
  lost = await lostRecord();
});
afterEach(() => lost.storage.close());

const mine = { chainId: CHAIN, signer: ACCOUNT.address };
const row = (state: Transaction = queued(mine)) =>
  put(lost.storage, 1, state, {
    accepted: { content: content({ request: request({ to: payee(1), valueWei: 10n }) }) },
  });
const adopt = (hash: TxHash, n = 1): Promise<AdoptOutcome> =>
  new AdoptMined({ ...lost.parts, ledger: lost.storage.ledger, clock: lost.storage.clock }).adopt({
    id: transactionId(n),
    hash,
    actor: 'user:ann',
    reason: 'it is the one',
  });
const one = () => lost.storage.views.one(transactionId(1));
const paid = async (valueWei = 10n): Promise<TxHash> => {
  await lost.restore();
  const hash = await lost.send(0, payee(1), valueWei);
  lost.chain.mine();
  await lost.catchUp();
  return hash;
};

describe('adopting what was mined', () => {
  it('gives a queued row its bytes back, and lets go of a nonce that it held', async () => {
    await row(queued({ ...mine, heldNonce: 3 }));
    const hash = await paid();
    expect(await adopt(hash)).toEqual({ kind: 'adopted' });
    expect(await one()).toMatchObject({
      status: 'included',
      hash,
      nonce: 0,
      block: { number: lost.chain.head.number, hash: lost.chain.head.hash },
      attempts: [{ hash, nonce: 0, kind: 'original', outcome: 'live', maxFeePerGasWei: 20_000_000_000n }],
    });
    expect((await one())?.events.at(-1)).toMatchObject({
      type: 'Included',
      actor: 'user:ann',
      detail: { adopted: true, hash },
    });
    expect((await lost.storage.work.lane(KEY)).held).toEqual([]);
    expect((await lost.storage.views.audit(1, null)).items).toMatchObject([
      {
        action: 'adopt',
        actor: 'user:ann',
        reason: 'it is the one',
        transactionId: transactionId(1),
        detail: { hash, nonce: 0 },
      },
    ]);
    expect(only(await lost.report())).toMatchObject({ strangers: [], queuedInDoubt: 0 });
  });

  it('keeps the very bytes, so that a reorg can send them again', async () => {
    await row();
    const hash = await paid();
    await adopt(hash);
    const stored = await lost.storage.work.liveAttempts(CHAIN, [hash]);
    expect(stored).toMatchObject([{ hash, holder: 'transaction', nonce: 0 }]);
    const [sealed] = await lost.storage.knex('attempts').select<{ raw: Uint8Array }[]>('raw');
    expect(sealed?.raw.length).toBeGreaterThan(100);
  });

  it('takes what another signer has paid, which is its own from then on', async () => {
    await commit(lost.storage, { signers: [{ key: OTHER_KEY, nextNonce: 0 }] });
    await row(queued({ chainId: CHAIN, signer: OTHER.address, heldNonce: 3 }));
    const hash = await paid();
    expect(await adopt(hash)).toEqual({ kind: 'adopted' });
    expect(await one()).toMatchObject({ status: 'included', hash, nonce: 0, from: ACCOUNT.address });
    expect((await lost.storage.work.lane(OTHER_KEY)).held).toEqual([]);
    expect(await lost.storage.work.liveAttempts(CHAIN, [hash])).toMatchObject([
      { hash, nonce: 0, transaction: { signer: ACCOUNT.address } },
    ]);
  });

  it('ends a wish to cancel that came too late, and an open failure', async () => {
    await row(queued({ ...mine, cancelRequested: true }));
    expect(await adopt(await paid())).toEqual({ kind: 'adopted' });
    expect(await one()).toMatchObject({ status: 'included' });
  });

  it('takes a failed row, whose failure is resolved by it', async () => {
    await row(failed({ ...mine, liveNonce: null, attemptHash: null }));
    await commit(lost.storage, {
      failures: [{ kind: 'opened', transactionId: transactionId(1), code: 'expired', message: 'm', nodeMessage: null }],
    });
    expect(await adopt(await paid())).toEqual({ kind: 'adopted' });
    expect(await one()).toMatchObject({ status: 'included', failure: null });
    expect(await lost.storage.knex('failures').select('state')).toEqual([{ state: 'resolved' }]);
  });

  it.each<readonly [string, string, () => Promise<AdoptOutcome>]>([
    ['what is not on record', 'no transaction', async () => adopt(await paid(), 9)],
    [
      'what asks for something else',
      'something else',
      async () => {
        await row();
        return adopt(await paid(11n));
      },
    ],
    [
      'what a stranger has paid',
      'it is a transaction of',
      async () => {
        await row();
        await lost.restore();
        const hash = await lost.send(0, payee(1), 10n, OTHER);
        lost.chain.mine();
        await lost.catchUp();
        return adopt(hash);
      },
    ],
    [
      'bytes of which the node knows nothing',
      'in no block',
      async () => {
        await row();
        await paid();
        return adopt(txHash(99));
      },
    ],
    [
      'bytes that are not mined yet',
      'in no block',
      async () => {
        await row();
        await lost.restore();
        return adopt(await lost.send(0, payee(1), 10n));
      },
    ],
    [
      'a block that the service has not read',
      'has not read block',
      async () => {
        await row();
        await lost.restore();
        const hash = await lost.send(0, payee(1), 10n);
        lost.chain.mine();
        return adopt(hash);
      },
    ],
    [
      'the same bytes for a second row',
      'on record already',
      async () => {
        await row();
        const asked = content({ request: request({ to: payee(1), valueWei: 10n }) });
        await put(lost.storage, 2, queued(mine), { accepted: { content: asked } });
        const hash = await paid();
        await adopt(hash);
        return adopt(hash, 2);
      },
    ],
    [
      'a row whose own bytes may yet be mined',
      'may yet be mined',
      async () => {
        await row(queued({ ...mine, liveNonce: 5 }));
        return adopt(await paid());
      },
    ],
    [
      'a row that is over',
      'cannot become included',
      async () => {
        await row(settled('expired', mine));
        return adopt(await paid());
      },
    ],
    [
      'anything while no decision is due',
      'does not wait',
      async () => {
        await row();
        const hash = await paid();
        await commit(lost.storage, { signers: [{ key: KEY, paused: null }] });
        return adopt(hash);
      },
    ],
    [
      'a node that shows other bytes',
      'other bytes',
      async () => {
        await row();
        const hash = await paid();
        const other = await ACCOUNT.sign({ nonce: 0, to: payee(1), valueWei: 10n, gasLimit: 30_000n });
        lost.node.script.once('signedBytes', (honest) =>
          honest.map((answer) =>
            answer.ok && answer.value !== null ? { ok: true, value: { ...answer.value, raw: other.raw } } : answer,
          ),
        );
        return adopt(hash);
      },
    ],
  ])('refuses %s', async (_, because, attempt) => {
    const outcome = await attempt();
    expect(outcome).toMatchObject({ kind: 'refused', because: expect.stringContaining(because) as string });
  });
});
