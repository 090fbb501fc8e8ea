import type { FeedChunk, FeedEvent } from '../../../../application/ports/views.ts';
import type { ChainId, TransactionId } from '../../../../domain/primitives.ts';
import { eventPlace } from '../content.ts';
import { toEventView } from './detail-reads.ts';
import { openObjects } from './open-all.ts';
import type { Raw, Reading } from './reading.ts';

/**
 * Numbers are given when a row is inserted, and rows are seen when they are committed: a missing number may be a row that another process
 * is about to commit. For this long after the row behind it was written it is waited for; then it was rolled back, or is purged.
 */
const OPEN_FOR_MS = 10_000;
/** A row from further in the future was written by a clock that is wrong: how old it is, nobody can say, and nobody waits for that clock. */
const CLOCKS_DIFFER_MS = 60_000;

/** Rows that a client's page looks at to find its own. */
const SCANNED_ROWS = 1_000;
/** Sealed details of one chunk: an edit's may quote 128 KiB of data twice. */
const DETAIL_BYTES = 1024 * 1024;
/** How far back from the newest row the feed's end is looked for. */
const NEWEST_ROWS = 10_000;

interface Wanted {
  readonly position: number;
  readonly limit: number;
  /** null: everybody's. */
  readonly client: string | null;
  readonly now: number;
}

/** A range of the primary key, cut before what may still come; whose an event is, its transaction says. */
export async function feedAfter(reading: Reading, wanted: Wanted): Promise<FeedChunk> {
  const { position, limit, client, now } = wanted;
  const scanned = client === null ? limit : Math.max(limit, SCANNED_ROWS);
  const { knex } = reading;
  const page = knex('events').where('sequence', '>', position).orderBy('sequence').limit(scanned).as('page');
  const rows = await knex
    .from(page)
    .leftJoin('transactions as t', 't.id', 'page.transaction_id')
    .select<Raw[]>('page.*', 't.client', 't.chain_id');
  // A derived table's order is not promised to last through a join.
  const found = [...rows].sort((a, b) => numberOf(a) - numberOf(b));
  const visible = beforeOpenGap(found, position, now);
  const shown = shownOf(visible, limit, client);
  const { events: chosen, cut } = withinBytes(shown.rows);
  const cutShort = shown.cut || cut;
  const last = cutShort ? chosen.at(-1) : visible.at(-1);
  return {
    events: await opened(reading, chosen),
    position: last === undefined ? position : numberOf(last),
    more: cutShort || (visible.length === found.length && found.length === scanned),
  };
}

const numberOf = (row: Raw): number => row['sequence'] as number;

/** Whether a row was written so short a time ago that one of a lower number may still be on its way. */
const isFresh = (row: Raw, now: number): boolean => {
  const at = row['at'] as number;
  return at > now - OPEN_FOR_MS && at <= now + CLOCKS_DIFFER_MS;
};

function beforeOpenGap(rows: readonly Raw[], position: number, now: number): readonly Raw[] {
  let before = position;
  for (const [i, row] of rows.entries()) {
    if (numberOf(row) > before + 1 && isFresh(row, now)) return rows.slice(0, i);
    before = numberOf(row);
  }
  return rows;
}

/** A purged transaction's last events are nobody's any more. */
function shownOf(
  rows: readonly Raw[],
  limit: number,
  client: string | null,
): { readonly rows: readonly Raw[]; readonly cut: boolean } {
  const own = rows.filter((row) => row['client'] !== null && (client === null || row['client'] === client));
  return { rows: own.slice(0, limit), cut: own.length > limit };
}

/** At least one, however large it is. */
function withinBytes(rows: readonly Raw[]): { readonly events: readonly Raw[]; readonly cut: boolean } {
  let bytes = 0;
  for (const [i, row] of rows.entries()) {
    bytes += (row['detail'] as Uint8Array | null)?.byteLength ?? 0;
    if (bytes > DETAIL_BYTES && i > 0) return { events: rows.slice(0, i), cut: true };
  }
  return { events: rows, cut: false };
}

async function opened(reading: Reading, rows: readonly Raw[]): Promise<readonly FeedEvent[]> {
  const details = await openObjects(
    reading.cipher,
    rows.map((row) => ({ sealed: row['detail'] as Uint8Array | null, context: eventPlace(row) })),
  );
  return rows.map((row, i) => ({
    ...toEventView(row, details[i] ?? null),
    sequence: numberOf(row),
    transactionId: row['transaction_id'] as TransactionId,
    client: row['client'] as string,
    chainId: row['chain_id'] as ChainId,
  }));
}

/** The newest number, or the one below the lowest that may still be filled: it becomes visible later than now. */
export async function endOfFeed({ knex }: Reading, now: number): Promise<number> {
  const page = knex('events').orderBy('sequence', 'desc').limit(NEWEST_ROWS).select('sequence', 'at').as('page');
  const rows = await knex.from(page).select<Raw[]>('sequence', 'at');
  const newestFirst = [...rows].sort((a, b) => numberOf(b) - numberOf(a));
  let end = newestFirst.length > 0 ? numberOf(newestFirst[0] as Raw) : 0;
  for (const [i, row] of newestFirst.entries()) {
    const below = newestFirst[i + 1];
    // Of what is below the rows looked at, nothing is known; below the first of all, everything.
    const next = below !== undefined ? numberOf(below) : newestFirst.length < NEWEST_ROWS ? 0 : numberOf(row) - 1;
    if (numberOf(row) > next + 1 && isFresh(row, now)) end = next;
  }
  return end;
}
