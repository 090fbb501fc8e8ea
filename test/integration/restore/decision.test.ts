import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdoptMined } from '../../../src/application/use-cases/restore/adopt.ts';
import { whyUndecided } from '../../../src/application/use-cases/restore/why-undecided.ts';
import type { TransactionId } from '../../../src/domain/primitives.ts';
import { CHAIN, commit, content, put, request, transactionId } from '../../support/stored.ts';
import { broadcast, failed, queued } from '../../support/transactions.ts';
import { ACCOUNT, KEY, lostRecord, OTHER, OTHER_KEY, payee, type LostRecord } from './lost.ts';

let lost: LostRecord;
beforeEach(async () => {
  lost = await lostRecord();
});
afterEach(() => lost.storage.close());

const mine = { chainId: CHAIN, signer: ACCOUNT.address };
const others = { chainId: CHAIN, signer: OTHER.address };
const asking = (n: number, valueWei: bigint) => ({
  accepted: { content: content({ request: request({ to: payee(n), valueWei }) }) },
});
const why = async (...unpaid: readonly TransactionId[]) => whyUndecided(await lost.report(), new Set(unpaid));
/** The tracker has read all, and counted. */
const readAll = async (nextNonce: number) => {
  await lost.catchUp();
  await commit(lost.storage, { signers: [{ key: KEY, nextNonce }] });
};

describe('the decision after a restore', () => {
  it('may be made where nothing is open', async () => {
    await lost.restore();
    expect(await why()).toBeNull();
    await lost.send(0, payee(1), 10n);
    lost.chain.mine();
    await put(lost.storage, 1, queued(mine), asking(2, 20n));
    await readAll(1);
    expect(await why()).toBeNull();
  });

  it('waits until the service has read the chain to its head, and that is where it was', async () => {
    await lost.restore();
    await lost.send(0, payee(1), 10n);
    lost.chain.mine();
    expect(await why()).toContain('has not read the chain to its head');
    await lost.catchUp();
    expect(await why()).toContain('has not read the chain to its head');
    await readAll(1);
    expect(await why()).toBeNull();
    lost.chain.reorg(1);
    await lost.send(0, payee(1), 11n);
    lost.chain.mine();
    expect(await why()).toContain('has not read the chain to its head');
  });

  it('waits for what is in the pool and not on record', async () => {
    await lost.restore();
    await lost.send(0, payee(1), 10n);
    expect(await why()).toContain('wait until they are mined');
  });

  it('waits until bytes at a used nonce are written off, and then for what has paid their row', async () => {
    const row = await put(lost.storage, 1, broadcast({ ...mine, heldNonce: 0, liveNonce: 0 }), asking(1, 10n));
    await lost.restore();
    const hash = await lost.send(0, payee(1), 10n);
    lost.chain.mine();
    await readAll(1);
    expect(await why()).toContain(`took nonce 0, where ${transactionId(1)} has bytes`);
    const after = { ...queued(mine), id: row.id, version: row.version };
    await commit(lost.storage, {
      transactions: [{ before: row, after }],
      closedAttempts: [{ holderId: row.id, mined: null }],
    });
    expect(await why()).toContain(`restore adopt ${transactionId(1)} ${hash}`);
    const { storage, parts } = lost;
    const adopt = new AdoptMined({ ...parts, ...storage });
    expect(await adopt.adopt({ id: row.id, hash, actor: 'user:ann', reason: 'r' })).toEqual({ kind: 'adopted' });
    expect(await why()).toBeNull();
  });

  it("waits for each row that asks for the same, of any signer, until it is settled or a person says that it wasn't paid", async () => {
    await commit(lost.storage, { signers: [{ key: OTHER_KEY, nextNonce: 0 }] });
    await lost.restore();
    await put(lost.storage, 1, queued(others), asking(1, 10n));
    await put(lost.storage, 2, failed({ ...mine, liveNonce: null, attemptHash: null }), asking(1, 10n));
    await commit(lost.storage, {
      failures: [{ kind: 'opened', transactionId: transactionId(2), code: 'expired', message: 'm', nodeMessage: null }],
    });
    await lost.send(0, payee(1), 10n);
    lost.chain.mine();
    await readAll(1);
    const [one, two] = [transactionId(1), transactionId(2)];
    expect(await why()).toContain('asks for the same');
    expect(await why(one)).toContain(`${two} (failed) asks for the same`);
    expect(await why(two)).toContain(`${one} (queued) asks for the same`);
    expect(await why(one, two)).toBeNull();
  });
});
