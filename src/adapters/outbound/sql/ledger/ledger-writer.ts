import type { Knex } from 'knex';
import type { LeaseToken, LetterChange, WakeUp } from '../../../../application/change-set.ts';
import { LedgerUnavailable } from '../../../../application/ports/ledger-unavailable.ts';
import type { Committed, Conflict } from '../../../../application/ports/ledger.ts';
import type { Millis } from '../../../../domain/primitives.ts';
import type { Columns, Dialect } from '../dialect/dialect.ts';
import { inWriteTransaction } from '../in-transaction.ts';
import { ConflictSignal } from './conflict-signal.ts';
import { PARTS, type PartName } from './parts.ts';
import { Writing } from './writing.ts';

/** A change set as rows, sealed: plain data, which can be sent to another thread. */
export interface Prepared {
  readonly at: Millis;
  /** With the time by which the lease must not have ended. */
  readonly fence: (LeaseToken & { readonly now: Millis }) | null;
  /** In the order of writing. */
  readonly parts: readonly { readonly name: PartName; readonly data: unknown }[];
  readonly wakeUps: readonly WakeUp[];
  readonly letters: readonly LetterChange[];
}

export interface LedgerWriter {
  /**
   * All of it or nothing, in one database transaction.
   * @throws {LedgerUnavailable} where the database cannot commit now
   */
  write(prepared: Prepared): Promise<Committed | Conflict>;
}

const OUTBOX = { at: 'integer', body: 'text' } as const satisfies Columns;

/** Writes on its own connection. */
export class SqlLedgerWriter implements LedgerWriter {
  constructor(
    private readonly knex: Knex,
    private readonly dialect: Dialect,
  ) {}

  async write(prepared: Prepared): Promise<Committed | Conflict> {
    try {
      return await this.commit(prepared);
    } catch (error) {
      if (error instanceof ConflictSignal) return { kind: 'conflict', reason: error.reason, ids: error.ids };
      if (this.dialect.isUnavailable(error))
        throw new LedgerUnavailable('the database cannot commit now', { cause: error });
      throw error;
    }
  }

  private async commit(prepared: Prepared): Promise<Committed> {
    return inWriteTransaction(this.knex, this.dialect, async (transaction) => {
      const writing = new Writing(transaction, this.dialect);
      await checkFence(writing, prepared);
      for (const { name, data } of prepared.parts) await PARTS[name].write(writing, data);
      return { kind: 'committed', accepted: writing.accepted, outbox: await tell(writing, prepared) };
    });
  }
}

async function checkFence(writing: Writing, { fence }: Prepared): Promise<void> {
  if (fence === null) return;
  const lease = await writing
    .transaction('leases')
    .where({ name: fence.name, token: fence.token })
    .andWhere('expires_at', '>', fence.now)
    .first<object | undefined>('name');
  if (lease === undefined) throw new ConflictSignal('fence');
}

/** One outbox row a commit, in the same database transaction: ids and codes only. */
async function tell(writing: Writing, { at, wakeUps, letters }: Prepared): Promise<number | null> {
  const { notCreated, stillClosed } = writing;
  const told = wakeUps.flatMap((wakeUp) => {
    const ids = wakeUp.ids.filter((id) => !notCreated.has(id));
    return ids.length > 0 || wakeUp.ids.length === 0 ? [{ ...wakeUp, ids }] : [];
  });
  const put = letters.filter((one) => one.kind === 'remove' || !stillClosed.has(one.transactionId));
  if (told.length + put.length === 0) return null;
  return writing.insertNumbered('outbox', OUTBOX, { at, body: JSON.stringify({ wakeUps: told, letters: put }) });
}
