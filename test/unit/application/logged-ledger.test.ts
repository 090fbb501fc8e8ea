import { expect, it } from 'vitest';
import { RecordingLog } from '../../../src/adapters/outbound/observability/memory/recording-log.ts';
import { LoggedLedger } from '../../../src/application/logged-ledger.ts';
import type { ChangeSet } from '../../../src/application/change-set.ts';
import type { Committed, Conflict } from '../../../src/application/ports/ledger.ts';
import { transactionId } from '../../support/stored.ts';
import { failed, queued, SIGNER } from '../../support/transactions.ts';

const CHANGES: ChangeSet = {
  step: 'settle',
  at: 0,
  transactions: [{ before: queued({ id: transactionId(1) }), after: failed({ id: transactionId(1) }) }],
  failures: [
    { kind: 'opened', transactionId: transactionId(1), code: 'expired', message: 'm', nodeMessage: 'quotes a request' },
    { kind: 'resolved', transactionId: transactionId(2) },
  ],
};

const lines = async (result: Committed | Conflict) => {
  const log = new RecordingLog();
  await new LoggedLedger({ commit: async () => result }, log).commit(CHANGES);
  return log.lines;
};

it('tells of each transaction that fails, without the words of a node', async () => {
  expect(await lines({ kind: 'committed', accepted: [], outbox: null })).toEqual([
    {
      level: 'warn',
      fields: { transactionId: transactionId(1), code: 'expired', signer: SIGNER },
      message: 'a transaction failed',
    },
  ]);
});

it('tells of nothing that was not recorded', async () => {
  expect(await lines({ kind: 'conflict', reason: 'version', ids: [] })).toEqual([]);
});
