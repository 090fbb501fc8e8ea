import type { Knex } from 'knex';
import type { Millis } from '../../../../domain/primitives.ts';
import { inTransaction } from '../in-transaction.ts';

/** Whose numbers readers go on from: a reader that has seen a higher one than comes next would skip what comes. */
export const NUMBERED = ['events', 'audit'] as const;
export type Numbered = (typeof NUMBERED)[number];

/** The highest number that each has given out, where that is known. */
export type NumbersGiven = Readonly<Partial<Record<Numbered, number>>>;

/** More than are given out in a millisecond over any longer time. By it the numbers reach 2^53 in the year 4824. */
const IN_A_MILLISECOND = 100;

/** For a clock that is behind the backup. */
const SKIPPED = 1_000_000_000;

/**
 * Lets the numbers of a restored record go on above all that were given out: since the backup, and after every earlier restore of it. What they
 * were the backup cannot know, and the database that was lost cannot always be asked; the time has passed all of them.
 * @param present of the database whose place the backup takes
 */
export async function numberOn(backup: Knex, at: Millis, present: NumbersGiven): Promise<void> {
  await inTransaction(backup, async (transaction) => {
    for (const name of NUMBERED) {
      const row = await transaction('sqlite_sequence').where({ name }).first<{ seq: number } | undefined>('seq');
      const seq = above(at, row?.seq ?? 0, present[name] ?? 0);
      // A table that never had a row has none here either, and nothing keeps a second one of a name out.
      if (row === undefined) await transaction('sqlite_sequence').insert({ name, seq });
      else await transaction('sqlite_sequence').where({ name }).update({ seq });
    }
  });
}

function above(at: Millis, ofBackup: number, ofPresent: number): number {
  const ofTime = at * IN_A_MILLISECOND;
  return Math.max(ofTime > ofBackup ? ofTime : ofBackup + SKIPPED, ofPresent);
}
