import type { Knex } from 'knex';
import { isFresh } from '../../../application/is-fresh.ts';
import { LedgerUnavailable } from '../../../application/ports/ledger-unavailable.ts';
import type { Clock } from '../../../application/ports/clock.ts';
import { inTransaction } from './in-transaction.ts';

/** How long an answer is good for: whoever asks more often costs the disk nothing. */
const GOOD_FOR_MS = 1_000;
/** About what a commit of some transactions needs: less might still find a place on a disk that takes no more of them. */
const FILLER_BYTES = 64 * 1024;

interface Answer {
  readonly askedAt: number;
  readonly result: Promise<void>;
}

/** Whether the database takes a commit. To read proves nothing of it: a full disk, or one that is mounted for reading only, still reads. */
export class WriteProbe {
  #last: Answer | null = null;

  constructor(
    private readonly knex: Knex,
    private readonly clock: Clock,
  ) {}

  /** @throws {LedgerUnavailable} it does not; the message says what it answered, and what to do */
  check(): Promise<void> {
    const now = this.clock.now();
    if (this.#last !== null && isFresh(this.#last.askedAt, now, GOOD_FOR_MS)) return this.#last.result;
    this.#last = { askedAt: now, result: this.#write() };
    return this.#last.result;
  }

  async #write(): Promise<void> {
    try {
      await inTransaction(this.knex, async (transaction) => {
        // The new one before the old: so it takes room that is not its own already.
        const [id] = await transaction('write_probes').insert({ filler: Buffer.alloc(FILLER_BYTES) });
        await transaction('write_probes').whereNot({ id }).delete();
      });
    } catch (error) {
      throw new LedgerUnavailable(explain(error), { cause: error });
    }
  }
}

function explain(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const said = typeof code === 'string' ? code : String(message);
  return `a write does not commit (${said}): ${toDo(said)}; until then intake answers 503, and what was accepted waits`;
}

function toDo(said: string): string {
  if (said.startsWith('SQLITE_FULL')) return 'the disk is full, free some of it';
  if (said.startsWith('SQLITE_BUSY')) return 'another process holds the database, end it';
  return 'see to the database and to the disk that it is on (full, unmounted, or mounted for reading only?)';
}
