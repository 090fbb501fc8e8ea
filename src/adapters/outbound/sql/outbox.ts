import type { Knex } from 'knex';
import type { LetterChange, WakeUp } from '../../../application/change-set.ts';
import type { Outbox, OutboxMessage } from '../../../application/ports/outbox.ts';

interface Body {
  readonly wakeUps: readonly WakeUp[];
  readonly letters: readonly LetterChange[];
}

export class SqlOutbox implements Outbox {
  constructor(private readonly knex: Knex) {}

  async take(limit: number, sequences?: readonly number[]): Promise<readonly OutboxMessage[]> {
    const query = this.knex('outbox').orderBy('sequence').limit(limit);
    if (sequences !== undefined) void query.whereIn('sequence', [...sequences]);
    const rows = await query.select<{ sequence: number; at: number; body: string }[]>('sequence', 'at', 'body');
    return rows.map(({ sequence, at, body }) => ({ sequence, at, ...(JSON.parse(body) as Body) }));
  }

  async done(sequences: readonly number[]): Promise<void> {
    if (sequences.length > 0)
      await this.knex('outbox')
        .whereIn('sequence', [...sequences])
        .delete();
  }
}
