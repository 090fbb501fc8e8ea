import { beforeEach, describe, expect, it } from 'vitest';
import { Cancel } from '../../../src/application/use-cases/cancel.ts';
import type { CancelTransaction } from '../../../src/application/use-cases/inbound.ts';
import type { Transaction } from '../../../src/domain/transaction/transaction.ts';
import { fresh, memory } from '../../support/storage.ts';
import { put, transactionId } from '../../support/stored.ts';
import { failed, queued, settled, signed, txHash } from '../../support/transactions.ts';

const ID = transactionId(1);
type Command = Parameters<CancelTransaction['cancel']>[0];
const byClient = (changes: Partial<Command> = {}): Command => ({
  id: ID,
  actor: { name: 'client:shop', requestId: 'request-1' },
  client: 'shop',
  reason: null,
  expectedVersions: null,
  ...changes,
});
const byOperator = (): Command =>
  byClient({ actor: { name: 'user:ada', requestId: 'request-2' }, client: null, reason: 'a test order' });

describe('a cancel', () => {
  const storage = fresh(memory);
  let cancel: Cancel;
  beforeEach(() => {
    cancel = new Cancel(storage());
  });
  const view = () => storage().views.one(ID);
  const audit = async () => (await storage().views.audit(10, null)).items;

  it('ends at once what has no bytes that may be mined, and frees its nonce', async () => {
    await put(storage(), 1, queued({ heldNonce: 7 }));
    expect(await cancel.cancel(byClient())).toEqual({ kind: 'done', id: ID });
    expect(await view()).toMatchObject({ status: 'cancelled', settled: true });
    expect((await view())?.events.at(-1)).toMatchObject({ type: 'Cancelled', actor: 'client:shop', detail: null });
    const { signer, chainId } = queued();
    expect((await storage().work.lane({ chainId, address: signer })).held).toEqual([]);
  });

  it("an operator's says why and is audited; a client's own is not", async () => {
    await put(storage(), 1, queued());
    await put(storage(), 2, queued());
    await cancel.cancel(byOperator());
    await cancel.cancel(byClient({ id: transactionId(2) }));
    expect(await audit()).toMatchObject([
      {
        actor: 'user:ada',
        action: 'cancel',
        transactionId: ID,
        reason: 'a test order',
        requestId: 'request-2',
      },
    ]);
    expect(await audit()).toHaveLength(1);
    expect((await view())?.events.at(-1)?.detail).toEqual({ reason: 'a test order' });
  });

  const bytes = { liveNonce: 7, attemptHash: txHash(7) };
  it.each([signed(bytes), queued(bytes), failed({ liveNonce: null, attemptHash: null }), settled('cancelled')])(
    'is refused where bytes may yet be mined, and where it is over: $status',
    async (state) => {
      await put<Transaction>(storage(), 1, state);
      const current = { status: state.status, version: 2 };
      expect(await cancel.cancel(byClient())).toMatchObject({ kind: 'illegal', current });
    },
  );

  it('says what is possible instead', async () => {
    const messageOf = async (number: number, state: Transaction): Promise<string> => {
      await put<Transaction>(storage(), number, state);
      const result = await cancel.cancel(byClient({ id: transactionId(number) }));
      return result.kind === 'illegal' ? result.message : result.kind;
    };
    expect(await messageOf(1, signed(bytes))).toMatch(/it is signed, .* Follow it until `settled` is true/);
    expect(await messageOf(2, failed({ liveNonce: null, attemptHash: null }))).toMatch(/an operator can retry it/);
    expect(await messageOf(3, settled('cancelled'))).toMatch(/; it is cancelled$/);
  });

  it("does not find another client's", async () => {
    await put(storage(), 1, queued());
    expect(await cancel.cancel(byClient({ client: 'other' }))).toEqual({ kind: 'notFound' });
    expect(await view()).toMatchObject({ status: 'queued' });
    expect(await cancel.cancel(byClient({ id: transactionId(9) }))).toEqual({ kind: 'notFound' });
  });

  it('is refused for a version that is not the present one', async () => {
    const { version } = await put(storage(), 1, queued());
    const current = { status: 'queued', version };
    expect(await cancel.cancel(byClient({ expectedVersions: [version + 1] }))).toEqual({
      kind: 'versionConflict',
      current,
    });
    expect(await cancel.cancel(byClient({ expectedVersions: [version, version + 1] }))).toMatchObject({ kind: 'done' });
  });

  it('of two at the same moment one is done', async () => {
    await put(storage(), 1, queued());
    const results = await Promise.all([cancel.cancel(byClient()), cancel.cancel(byOperator())]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['done', 'illegal']);
  });

  it('gives up with the present state where the row moves every time', async () => {
    await put(storage(), 1, queued());
    const { work, views, clock } = storage();
    const ledger = { commit: async () => ({ kind: 'conflict' as const, reason: 'version' as const, ids: [ID] }) };
    expect(await new Cancel({ work, views, clock, ledger }).cancel(byClient())).toEqual({
      kind: 'versionConflict',
      current: { status: 'queued', version: 2 },
    });
  });
});
