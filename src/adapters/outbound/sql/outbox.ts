import type { Knex } from 'knex';
import type { LetterChange, WakeUp } from '../../../application/change-set.ts';
import type { Outbox, OutboxMessage } from '../../../application/ports/outbox.ts';

interface Body {
  readonly wakeUps: readonly WakeUp[];
  readonly letters: readonly LetterChange[];
}

interface Row {
  readonly sequence: number;
  readonly at: number;
  readonly body: string;
}

const PIECE = 1_000;

export class SqlOutbox implements Outbox {
  constructor(private readonly knex: Knex) {}

  async take(limit: number, sequences?: readonly number[]): Promise<readonly OutboxMessage[]> {
    if (sequences === undefined) return (await this.oldest(limit)).map(toMessage);
    const rows: Row[] = [];
    for (const some of inPieces(sequences))
      if (rows.length < limit) rows.push(...(await this.oldest(limit - rows.length).whereIn('sequence', some)));
    return rows.map(toMessage);
  }

  private oldest(limit: number) {
    return this.knex('outbox').orderBy('sequence').limit(limit).select<Row[]>('sequence', 'at', 'body');
  }

  async done(sequences: readonly number[]): Promise<void> {
    for (const some of inPieces(sequences)) await this.knex('outbox').whereIn('sequence', some).delete();
  }
}

const toMessage = ({ sequence, at, body }: Row): OutboxMessage => ({ sequence, at, ...(JSON.parse(body) as Body) });

/** Ascending, and no more at once than a statement has room for. */
function inPieces(sequences: readonly number[]): readonly (readonly number[])[] {
  const ascending = [...sequences].sort((a, b) => a - b);
  const pieces: (readonly number[])[] = [];
  for (let at = 0; at < ascending.length; at += PIECE) pieces.push(ascending.slice(at, at + PIECE));
  return pieces;
}
