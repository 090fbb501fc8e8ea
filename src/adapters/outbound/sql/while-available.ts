import { LedgerUnavailable } from '../../../application/ports/ledger-unavailable.ts';
import type { Dialect } from './dialect/dialect.ts';

/** Says of a database that cannot do its work now what the ledger says of one that cannot commit. */
export async function whileAvailable<Answer>(
  dialect: Dialect,
  reason: string,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (dialect.isUnavailable(error)) throw new LedgerUnavailable(reason, { cause: error });
    throw error;
  }
}
