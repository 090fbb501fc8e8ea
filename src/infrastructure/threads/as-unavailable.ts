import { LedgerUnavailable } from '../../application/ports/ledger-unavailable.ts';

/** A thread tells errors by their names. That it has ended is no bug of who calls it: the server ends with it, and the call is made again. */
export async function asUnavailable<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'LedgerUnavailable' || name === 'ThreadEnded') throw new LedgerUnavailable(message, { cause: error });
    throw error;
  }
}
