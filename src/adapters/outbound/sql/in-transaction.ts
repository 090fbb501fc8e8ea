import type { Knex } from 'knex';
import type { Dialect } from './dialect/dialect.ts';

/** `work` in one database transaction. Where it fails, what it failed with is thrown. */
export async function inTransaction<Result>(
  knex: Knex,
  work: (transaction: Knex.Transaction) => Promise<Result>,
): Promise<Result> {
  let first: { readonly error: unknown } | null = null;
  const remembering = async (transaction: Knex.Transaction): Promise<Result> => {
    try {
      return await work(transaction);
    } catch (error) {
      first = { error };
      throw error;
    }
  };
  try {
    return await knex.transaction(remembering);
  } catch (error) {
    // A full disk has ended the database transaction by itself: then rolling back fails as well, and that error hides the first.
    throw (first as { readonly error: unknown } | null)?.error ?? error;
  }
}

/** The same for work that writes what it has read: the write lock is taken before anything is read. */
export const inWriteTransaction = <Result>(
  knex: Knex,
  dialect: Dialect,
  work: (transaction: Knex.Transaction) => Promise<Result>,
): Promise<Result> =>
  inTransaction(knex, async (transaction) => {
    await dialect.lockForWriting(transaction);
    return work(transaction);
  });
