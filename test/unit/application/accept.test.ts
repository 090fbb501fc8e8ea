import { describe, expect, it } from 'vitest';
import { CountingIds } from '../../../src/adapters/outbound/system/counting-ids.ts';
import { ManualClock } from '../../../src/adapters/outbound/system/manual-clock.ts';
import type { ChangeSet } from '../../../src/application/change-set.ts';
import { LedgerUnavailable } from '../../../src/application/ports/ledger-unavailable.ts';
import type { AcceptOutcome, Committed, Conflict, Ledger } from '../../../src/application/ports/ledger.ts';
import { IntakePressure } from '../../../src/application/use-cases/accept/intake-pressure.ts';
import { Accept } from '../../../src/application/use-cases/accept.ts';
import type { Submission } from '../../../src/application/use-cases/inbound.ts';
import type { Address, ChainId, TransactionId } from '../../../src/domain/primitives.ts';
import { allHasRun, deferred, type Deferred } from '../../support/deferred.ts';
import { CHAIN, LANE, request } from '../../support/stored.ts';

const OTHER = `0x${'ef'.repeat(20)}` as Address;
const submission = (changes: Partial<Submission> = {}): Submission => ({
  request: request(),
  chainId: null,
  from: null,
  validUntil: null,
  metadata: null,
  idempotencyKey: null,
  ...changes,
});
const submissions = (count: number): readonly Submission[] => Array.from({ length: count }, () => submission());

/** Intake on a database whose commits the test ends. */
function intake({ chainIds = [CHAIN], leastBusy = async (): Promise<Address | null> => LANE.address } = {}) {
  const clock = new ManualClock();
  const commits: (Deferred<Committed | Conflict> & { readonly changes: ChangeSet })[] = [];
  const ledger: Ledger = {
    commit: (changes) => {
      const one = { ...deferred<Committed | Conflict>(), changes };
      commits.push(one);
      return one.promise;
    },
  };
  const known = ({ address }: { readonly address: Address }): Address | null => (address === OTHER ? null : address);
  const pressure = new IntakePressure(clock);
  const ids = new CountingIds();
  const accept = new Accept({ ledger, clock, ids, chooser: { leastBusy, known }, chainIds, pressure });
  const items = (n: number) => commits[n]?.changes.accepted ?? [];
  const end = async (
    n: number,
    outcome: (id: TransactionId) => AcceptOutcome = (id) => ({ kind: 'created', id }),
  ): Promise<void> => {
    commits[n]?.resolve({ kind: 'committed', accepted: items(n).map(({ id }) => outcome(id)), outbox: 1 });
    await allHasRun();
  };
  return { accept, clock, commits, items, end, pressure };
}

describe('intake', () => {
  it('answers when the record is durable, and not before', async () => {
    const { accept, clock, items, end } = intake();
    let answered = false;
    const answer = accept.accept('shop', submissions(1)).then((results) => {
      answered = true;
      return results;
    });
    await allHasRun();
    expect(answered).toBe(false);
    await end(0);
    expect(await answer).toEqual([{ kind: 'created', id: items(0)[0]?.id, recorded: items(0)[0], at: clock.now() }]);
  });

  it('records the acceptance with its event and one wake-up for the signer', async () => {
    const { accept, commits, items } = intake();
    void accept.accept('shop', submissions(3));
    await allHasRun();
    const ids = items(0).map(({ id }) => id);
    expect(commits[0]?.changes).toMatchObject({
      step: 'accept',
      accepted: ids.map((id) => ({ id, client: 'shop', chainId: CHAIN, signer: LANE.address, onlyReplay: false })),
      events: ids.map((transactionId) => ({ transactionId, type: 'Accepted', to: 'queued', actor: 'client:shop' })),
      wakeUps: [{ signer: LANE, ids }],
    });
  });

  it('calls that come during a commit share the next one, and each gets its own results', async () => {
    const { accept, commits, items, end } = intake();
    const first = accept.accept('shop', submissions(1));
    await allHasRun();
    const others = [2, 1, 3].map((count) => accept.accept('shop', submissions(count)));
    await allHasRun();
    expect(commits).toHaveLength(1);
    await end(0);
    expect(commits).toHaveLength(2);
    expect(items(1)).toHaveLength(6);
    await end(1);
    const ids = items(1).map(({ id }) => id);
    const results = (await Promise.all(others)).map((some) => some.map((one) => ('id' in one ? one.id : one)));
    expect(results).toEqual([ids.slice(0, 2), ids.slice(2, 3), ids.slice(3)]);
    expect(await first).toHaveLength(1);
    await accept.accept('shop', []);
    expect(commits).toHaveLength(2);
  });

  it('calls of one turn of the event loop share a commit: a database in the process takes the thread until it is durable', async () => {
    const { accept, commits, items, end } = intake();
    const calls = [accept.accept('shop', submissions(1))];
    for (let n = 0; n < 3; n++) {
      // As sockets are read one after the other, each with all that follows from it at once.
      for (let step = 0; step < 50; step++) await Promise.resolve();
      calls.push(accept.accept('shop', submissions(1)));
    }
    await allHasRun();
    expect(commits).toHaveLength(1);
    expect(items(0)).toHaveLength(4);
    await end(0);
    expect(await Promise.all(calls)).toHaveLength(4);
  });

  it('says so while calls come faster than they are taken, and not for one large batch', async () => {
    const { accept, clock, end, pressure } = intake();
    void accept.accept('shop', submissions(500));
    await allHasRun();
    for (let n = 0; n < 7; n++) void accept.accept('shop', submissions(1));
    await end(0);
    expect(pressure.isHigh()).toBe(false);
    for (let n = 0; n < 8; n++) void accept.accept('shop', submissions(1));
    await end(1);
    expect(pressure.isHigh()).toBe(true);
    clock.advance(250);
    expect(pressure.isHigh()).toBe(false);
    clock.jumpTo(clock.now() - 3_600_000);
    expect(pressure.isHigh()).toBe(false);
  });

  it('a commit that fails rejects those who shared it, and nobody else', async () => {
    const { accept, commits, end } = intake();
    const calls = [accept.accept('shop', submissions(1))];
    await allHasRun();
    calls.push(accept.accept('shop', submissions(1)), accept.accept('shop', submissions(1)));
    const outcomes = Promise.allSettled(calls);
    await allHasRun();
    await end(0);
    const last = accept.accept('shop', submissions(1));
    await allHasRun();
    commits[1]?.reject(new LedgerUnavailable('the disk is full'));
    await allHasRun();
    await end(2);
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await last).toMatchObject([{ kind: 'created' }]);
  });

  it('puts no more into one commit than keeps it short, but a larger batch stays whole', async () => {
    const { accept, items, end } = intake();
    void accept.accept('shop', submissions(1));
    await allHasRun();
    for (const count of [1_500, 500, 1, 3_000]) void accept.accept('shop', submissions(count));
    await allHasRun();
    for (const n of [0, 1, 2]) await end(n);
    expect([1, 2, 3].map((n) => items(n).length)).toEqual([2_000, 1, 3_000]);
  });

  it('holds back what comes in faster than the database takes it, until there is room again', async () => {
    const { accept, end } = intake();
    void accept.accept('shop', submissions(10_000));
    await allHasRun();
    void accept.accept('shop', submissions(10_000));
    await allHasRun();
    await expect(accept.accept('shop', submissions(1))).rejects.toThrow(LedgerUnavailable);
    await end(0);
    const answer = accept.accept('shop', submissions(1));
    await allHasRun();
    await end(1);
    await end(2);
    expect(await answer).toMatchObject([{ kind: 'created' }]);
  });

  it('takes nothing more once it is closed, and records what it has', async () => {
    const { accept, end } = intake();
    const first = accept.accept('shop', submissions(1));
    await allHasRun();
    const second = accept.accept('shop', submissions(1));
    await allHasRun();
    accept.close();
    await expect(accept.accept('shop', submissions(1))).rejects.toThrow(LedgerUnavailable);
    await end(0);
    await end(1);
    expect(await Promise.all([first, second])).toMatchObject([[{ kind: 'created' }], [{ kind: 'created' }]]);
  });

  it('a lost race for a key is told as trouble of ours: the same call again finds the winner', async () => {
    const { accept, commits } = intake();
    const answer = accept.accept('shop', submissions(1));
    await allHasRun();
    commits[0]?.resolve({ kind: 'conflict', reason: 'version', ids: [] });
    await expect(answer).rejects.toThrow(LedgerUnavailable);
  });

  it.each<[AcceptOutcome, object]>([
    [
      { kind: 'replayed', id: 'x' as TransactionId },
      { kind: 'replayed', id: 'x' },
    ],
    [{ kind: 'keyReused', id: 'x' as TransactionId }, { kind: 'keyReused' }],
    [{ kind: 'notCreated' }, { kind: 'invalid', path: 'validUntil', message: 'must be in the future' }],
  ])('tells %j', async (outcome, result) => {
    const { accept, end } = intake();
    const answer = accept.accept('shop', submissions(1));
    await allHasRun();
    await end(0, () => outcome);
    expect(await answer).toEqual([result]);
  });

  it('judges each item on its own: only what is right is recorded, and results keep their places', async () => {
    const { accept, clock, items, end } = intake();
    const answer = accept.accept('shop', [
      submission({ chainId: 5 as ChainId }),
      submission({ from: LANE.address }),
      submission({ from: OTHER }),
      submission({ validUntil: clock.now() }),
      submission({ validUntil: clock.now() + 1 }),
      submission({ validUntil: clock.now(), idempotencyKey: 'k' }),
    ]);
    await allHasRun();
    expect(items(0).map(({ onlyReplay }) => onlyReplay)).toEqual([false, false, true]);
    await end(0);
    expect((await answer).map((result) => ('path' in result ? result.path : result.kind))).toEqual([
      'chainId',
      'created',
      'from',
      'validUntil',
      'created',
      'created',
    ]);
  });

  it('asks which chain is meant where there are several, and says which there are', async () => {
    const { accept } = intake({ chainIds: [CHAIN, 5 as ChainId] });
    expect(await accept.accept('shop', [submission()])).toEqual([
      { kind: 'invalid', path: 'chainId', message: 'say which chain: 31337, 5' },
    ]);
  });

  it('keeps the order of a batch, whoever chose the signers', async () => {
    const counted = deferred();
    const { accept, items } = intake({ leastBusy: () => counted.promise.then(() => LANE.address) });
    const order = ['a', 'b', 'c', 'd'];
    void accept.accept(
      'shop',
      order.map((idempotencyKey, i) => submission({ idempotencyKey, from: i % 2 === 0 ? null : LANE.address })),
    );
    await allHasRun();
    counted.resolve();
    await allHasRun();
    const byId = [...items(0)].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(byId.map(({ idempotencyKey }) => idempotencyKey)).toEqual(order);
  });

  it('compares requests by what they say: the signer that was asked for counts, the one that was chosen does not', async () => {
    const signers = [LANE.address, OTHER];
    const { accept, items } = intake({ leastBusy: async () => signers.shift() ?? null });
    void accept.accept('shop', [submission(), submission(), submission({ from: LANE.address })]);
    await allHasRun();
    const [first, second, third] = items(0).map(({ fingerprint }) => fingerprint);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });
});
