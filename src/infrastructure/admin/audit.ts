import { SqlLedger } from '../../adapters/outbound/sql/ledger/sql-ledger.ts';
import { systemClock } from '../../adapters/outbound/system/system-clock.ts';
import type { AdminContext } from './context.ts';

/** On record who did it: called once it is done, and a command that did nothing leaves no entry. */
export async function audit(
  context: AdminContext,
  action: string,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { knex, dialect } = await context.database();
  const ledger = new SqlLedger({ knex, dialect, cipher: await context.cipher(), now: () => systemClock.now() });
  await ledger.commit({
    step: 'account',
    at: systemClock.now(),
    audit: [{ actor: context.actor, action, transactionId: null, reason: null, detail, requestId: null }],
  });
}
