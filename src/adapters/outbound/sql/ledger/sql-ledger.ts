import type { Knex } from 'knex';
import type { ChangeSet } from '../../../../application/change-set.ts';
import type { FieldCipher } from '../../../../application/ports/field-cipher.ts';
import { LedgerUnavailable } from '../../../../application/ports/ledger-unavailable.ts';
import type { Committed, Conflict, Ledger } from '../../../../application/ports/ledger.ts';
import type { Columns, Dialect } from '../dialect/dialect.ts';
import { inTransaction } from '../in-transaction.ts';
import { accepted } from './accepted.ts';
import { attemptChanges, closedAttempts, newAttempts } from './attempts.ts';
import { cursorMoves, newChains, signerMoves } from './chain-state.ts';
import { ConflictSignal } from './conflict-signal.ts';
import { countedFailures, figures } from './figures.ts';
import { audit, events, failures } from './journal.ts';
import { fillerMoves, heldNonces, newFillers, transactionMoves } from './moves.ts';
import { revisions } from './revisions.ts';
import { Sealing } from './sealing.ts';
import { Writing, type Part, type Writer } from './writing.ts';

/** In the order of writing: what can conflict comes first, so that a conflict costs little; and events after what they speak of. */
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
  accepted,
  // After the moves: of two edits of one row, the later one finds that the row moved.
  revisions,
  events,
  countedFailures(failures),
  audit,
  // After `accepted`, which says what was created.
  figures,
];

const OUTBOX = { at: 'integer', body: 'text' } as const satisfies Columns;

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
    const { cipher, dialect } = this.parts;
    const sealing = new Sealing();
    const writers: Writer[] = [];
    for (const part of PARTS) {
      const writer = await part(changes, sealing, cipher);
      if (writer !== null) writers.push(writer);
    }
    await sealing.sealAll(cipher);
    try {
      return await this.write(changes, writers);
    } catch (error) {
      if (error instanceof ConflictSignal) return { kind: 'conflict', reason: error.reason, ids: error.ids };
      if (dialect.isUnavailable(error)) throw new LedgerUnavailable('the database cannot commit now', { cause: error });
      throw error;
    }
  }

  private async write(changes: ChangeSet, writers: readonly Writer[]): Promise<Committed> {
    const { knex, dialect } = this.parts;
    return inTransaction(knex, async (transaction) => {
      await dialect.lockForWriting(transaction);
      const writing = new Writing(transaction, dialect);
      await this.checkFence(writing, changes);
      for (const write of writers) await write(writing);
      return { kind: 'committed', accepted: writing.accepted, outbox: await tell(writing, changes) };
    });
  }

  private async checkFence(writing: Writing, { fence }: ChangeSet): Promise<void> {
    if (fence === undefined) return;
    const lease = await writing
      .transaction('leases')
      .where({ name: fence.name, token: fence.token })
      .andWhere('expires_at', '>', this.parts.now())
      .first<object | undefined>('name');
    if (lease === undefined) throw new ConflictSignal('fence');
  }
}

/** One outbox row a commit, in the same database transaction: ids and codes only. */
async function tell(writing: Writing, changes: ChangeSet): Promise<number | null> {
  const { notCreated, stillClosed } = writing;
  const wakeUps = (changes.wakeUps ?? []).flatMap((wakeUp) => {
    const ids = wakeUp.ids.filter((id) => !notCreated.has(id));
    return ids.length > 0 || wakeUp.ids.length === 0 ? [{ ...wakeUp, ids }] : [];
  });
  const letters = (changes.letters ?? []).filter((one) => one.kind === 'remove' || !stillClosed.has(one.transactionId));
  if (wakeUps.length + letters.length === 0) return null;
  return writing.insertNumbered('outbox', OUTBOX, { at: changes.at, body: JSON.stringify({ wakeUps, letters }) });
}
