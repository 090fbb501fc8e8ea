import type { Knex } from 'knex';
import type { ChangeSet } from '../../../../application/change-set.ts';
import type { FieldCipher } from '../../../../application/ports/field-cipher.ts';
import { LedgerUnavailable } from '../../../../application/ports/ledger-unavailable.ts';
import type { Committed, Conflict, Ledger } from '../../../../application/ports/ledger.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { accepted } from './accepted.ts';
import { attemptChanges, closedAttempts, newAttempts } from './attempts.ts';
import { cursorMoves, newChains, signerMoves } from './chain-state.ts';
import { ConflictSignal } from './conflict-signal.ts';
import { audit, events, failures } from './journal.ts';
import { fillerMoves, heldNonces, newFillers, transactionMoves } from './moves.ts';
import { revisions } from './revisions.ts';
import { Sealing } from './sealing.ts';
import type { Part, Writer, Writing } from './writing.ts';

/** In the order of writing: what can conflict comes first, so that a conflict costs little. */
const PARTS: readonly Part[] = [
  signerMoves,
  newChains,
  cursorMoves,
  transactionMoves,
  fillerMoves,
  newFillers,
  heldNonces,
  newAttempts,
  attemptChanges,
  closedAttempts,
  events,
  failures,
  audit,
];

export interface SqlLedgerParts {
  readonly knex: Knex;
  readonly dialect: Dialect;
  readonly cipher: FieldCipher;
  /** The database's clock, for the fence. */
  now(): number;
}

/** The one door for writing, on SQL. Everything is sealed before the database transaction begins and written in one. */
export class SqlLedger implements Ledger {
  constructor(private readonly parts: SqlLedgerParts) {}

  async commit(changes: ChangeSet): Promise<Committed | Conflict> {
    const { knex, dialect, cipher } = this.parts;
    const sealing = new Sealing();
    const writers = [
      await accepted(changes, sealing, cipher),
      await revisions(changes, sealing, cipher),
      ...PARTS.map((part) => part(changes, sealing)),
    ].filter((writer): writer is Writer => writer !== null);
    await sealing.sealAll(cipher);
    try {
      return await knex.transaction(async (transaction) => {
        const writing = this.begin(transaction);
        await dialect.lockForWriting(transaction);
        await this.checkFence(writing, changes);
        for (const write of writers) await write(writing);
        return { kind: 'committed', accepted: writing.accepted, outbox: await tell(writing, changes) };
      });
    } catch (error) {
      if (error instanceof ConflictSignal) return { kind: 'conflict', reason: error.reason, ids: error.ids };
      if (dialect.isUnavailable(error)) throw new LedgerUnavailable('the database cannot commit now', { cause: error });
      throw error;
    }
  }

  private begin(transaction: Knex.Transaction): Writing {
    const { dialect } = this.parts;
    const raw = (sql: string, rows: readonly object[]): Promise<unknown> =>
      Promise.resolve(transaction.raw(sql, [JSON.stringify(rows)]));
    return {
      transaction,
      dialect,
      accepted: [],
      notCreated: new Set(),
      run: async (sql, rows) => (rows.length === 0 ? 0 : dialect.changedRows(await raw(sql, rows))),
      select: async (sql, rows) => (rows.length === 0 ? [] : dialect.selectedRows(await raw(sql, rows))),
    };
  }

  private async checkFence(writing: Writing, { fence }: ChangeSet): Promise<void> {
    if (fence === undefined) return;
    const lease = await writing
      .transaction('leases')
      .where({ name: fence.name, token: fence.token })
      .andWhere('expires_at', '>', this.parts.now())
      .first('name');
    if (lease === undefined) throw new ConflictSignal('fence');
  }
}

/** One outbox row a commit, in the same database transaction: ids and codes only. */
async function tell(writing: Writing, changes: ChangeSet): Promise<number | null> {
  const wakeUps = (changes.wakeUps ?? []).filter(
    (w) => w.ids.length === 0 || w.ids.some((id) => !writing.notCreated.has(id)),
  );
  const letters = changes.letters ?? [];
  if (wakeUps.length + letters.length === 0) return null;
  const [sequence] = await writing
    .transaction('outbox')
    .insert({ at: changes.at, body: JSON.stringify({ wakeUps, letters }) });
  return sequence ?? null;
}
