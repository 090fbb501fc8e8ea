import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FailureChange } from '../../../../src/application/change-set.ts';
import type { Address } from '../../../../src/domain/primitives.ts';
import { FAILURE_CODES } from '../../../../src/domain/transaction/failure.ts';
import { STATUSES, type Status, type Transaction } from '../../../../src/domain/transaction/transaction.ts';
import type { OpenStorage, Storage } from '../../../support/storage.ts';
import { newTransaction, transactionId } from '../../../support/stored.ts';
import { broadcast, failed, included, NOW, queued, settled, signed } from '../../../support/transactions.ts';

/** Who adopts what another signer's lost bytes have paid. */
const OTHER = `0x${'ef'.repeat(20)}` as Address;

/** A state of each status that holds nothing, so that any may follow any. */
const STATES: Readonly<Record<Status, (id: Transaction['id']) => Transaction>> = {
  queued: (id) => queued({ id }),
  signed: (id) => signed({ id, heldNonce: Number.parseInt(id.slice(-6), 16), attemptHash: null }),
  broadcast: (id) => broadcast({ id, heldNonce: Number.parseInt(id.slice(-6), 16), attemptHash: null }),
  included: (id) => included({ id, heldNonce: null }),
  confirmed: (id) => settled('confirmed', { id }),
  reverted: (id) => settled('reverted', { id }),
  failed: (id) => failed({ id }),
  cancelled: (id) => settled('cancelled', { id }),
  expired: (id) => settled('expired', { id }),
};

const row = fc.nat({ max: 11 });
const failure = fc.record({
  row,
  kind: fc.constantFrom<FailureChange['kind']>('opened', 'resolved', 'reopened', 'closed'),
  code: fc.constantFrom(...FAILURE_CODES),
});
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('accept' as const), rows: fc.uniqueArray(row, { maxLength: 5 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      moves: fc.uniqueArray(
        fc.record({ row, to: fc.constantFrom(...STATUSES), signer: fc.constantFrom(null, null, null, OTHER) }),
        {
          selector: (m) => m.row,
          maxLength: 5,
        },
      ),
      failures: fc.uniqueArray(failure, { selector: (f) => f.row, maxLength: 3 }),
      stale: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fold' as const), dies: fc.boolean() }) },
);
type Step = typeof step extends fc.Arbitrary<infer Of> ? Of : never;

/** After whatever commits, folds and deaths between, the figures are what a COUNT over the tables says. */
export function exactFiguresSuite(open: OpenStorage): void {
  it('are what a COUNT over the tables says, after whatever happened', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const storage = await open();
        try {
          const rows = new Map<number, Transaction>();
          for (const one of steps) {
            await take(storage, rows, one);
            expect(await figures(storage)).toEqual(await counted(storage));
          }
        } finally {
          await storage.close();
        }
      }),
      { numRuns: 150 },
    );
  });
}

async function take(storage: Storage, rows: Map<number, Transaction>, one: Step): Promise<void> {
  switch (one.kind) {
    case 'accept': {
      // One that is on record repeats its key: nothing is created.
      const accepted = one.rows.map((n) =>
        newTransaction(rows.has(n) ? n + 100 : n, { idempotencyKey: `k${n}`, fingerprint: 'f' }),
      );
      await storage.ledger.commit({ step: 'accept', at: NOW, accepted });
      for (const n of one.rows)
        if (!rows.has(n))
          rows.set(n, queued({ id: transactionId(n), version: 1, retry: { count: 0, dueAt: NOW, lastError: null } }));
      return;
    }
    case 'move': {
      const moves = one.moves.flatMap(({ row: n, to, signer }) => {
        const before = rows.get(n);
        const after = before && { ...STATES[to](before.id), signer: signer ?? before.signer };
        return before === undefined ? [] : [{ n, before, after: after as Transaction }];
      });
      const failures = one.failures
        .filter(({ row: n }) => rows.has(n))
        .map(({ row: n, kind, code }): FailureChange => {
          const transactionId_ = { transactionId: transactionId(n) };
          if (kind === 'opened') return { kind, ...transactionId_, code, message: 'm', nodeMessage: null };
          return kind === 'closed'
            ? { kind, ...transactionId_, by: 'user:ann', reason: 'r' }
            : { kind, ...transactionId_ };
        });
      const result = await storage.ledger.commit({
        step: 'settle',
        at: NOW,
        failures,
        transactions: moves.map(({ before, after }) => ({
          before: one.stale ? { ...before, version: before.version + 7 } : before,
          after,
        })),
      });
      expect(result.kind).toBe(one.stale && moves.length > 0 ? 'conflict' : 'committed');
      if (result.kind === 'committed')
        for (const { n, before, after } of moves) rows.set(n, { ...after, version: before.version + 1 });
      return;
    }
    case 'fold':
      if (!one.dies) await storage.figures.fold(NOW);
      else await dyingFold(storage);
  }
}

/** Its last write fails, after the deltas were taken away: as if the process had died there. */
async function dyingFold(storage: Storage): Promise<void> {
  const { knex } = storage;
  await knex.raw(
    "CREATE TRIGGER dies BEFORE INSERT ON figures WHEN new.span = 'hour' BEGIN SELECT RAISE(ABORT, 'dies'); END",
  );
  await knex.raw(
    "CREATE TRIGGER dies_too BEFORE UPDATE ON figures WHEN new.span = 'hour' BEGIN SELECT RAISE(ABORT, 'dies'); END",
  );
  await storage.figures.fold(NOW).catch(() => undefined);
  await knex.raw('DROP TRIGGER dies');
  await knex.raw('DROP TRIGGER dies_too');
}

interface Counts {
  readonly statuses: Readonly<Record<string, number>>;
  readonly open: Readonly<Record<string, number>>;
}

async function figures({ figures: port }: Storage): Promise<Counts> {
  const { chains, openFailures } = await port.standing();
  const statuses: Record<string, number> = {};
  for (const { chainId, signers } of chains)
    for (const [signer, counts] of signers)
      for (const [status, count] of Object.entries(counts))
        if (count !== 0) statuses[`${chainId} ${signer} ${status}`] = count;
  return { statuses, open: Object.fromEntries(openFailures.map(({ code, count }) => [code, count])) };
}

async function counted({ knex }: Storage): Promise<Counts> {
  const rows = await knex('transactions')
    .groupBy('chain_id', 'signer', 'status')
    .select<Record<string, string | number>[]>('chain_id', 'signer', 'status', knex.raw('count(*) as count'));
  const failures = await knex('failures')
    .where('state', 'open')
    .groupBy('code')
    .select<Record<string, string | number>[]>('code', knex.raw('count(*) as count'));
  return {
    statuses: Object.fromEntries(
      rows.map((r) => [`${r['chain_id']} ${r['signer']} ${r['status']}`, r['count'] as number]),
    ),
    open: Object.fromEntries(failures.map((r) => [String(r['code']), r['count'] as number])),
  };
}
