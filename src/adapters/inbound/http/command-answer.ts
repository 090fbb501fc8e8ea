import type { CommandResult } from '../../../application/use-cases/inbound.ts';
import type { TransactionDetail } from '../../../application/ports/views.ts';
import { json, type Answer } from './answer.ts';
import { etag } from './present/etag.ts';
import { detailed, type Audience } from './present/transaction.ts';
import { invalid, notFound, problemAnswer } from './problem.ts';

/** What a command on one transaction answers: the transaction as it stands now, or why nothing was done. */
export async function commandAnswer(
  result: CommandResult,
  read: () => Promise<TransactionDetail | null>,
  audience: Audience,
): Promise<Answer> {
  switch (result.kind) {
    case 'done':
      return transactionAnswer(202, await read(), audience);
    case 'notFound':
      return notFound(audience);
    case 'illegal':
      return problemAnswer('illegal_transition', { detail: result.message, current: result.current });
    case 'versionConflict':
      return problemAnswer('version_conflict', { current: result.current });
    case 'invalid':
      return invalid([{ path: result.path, message: result.message }]);
  }
}

export const transactionAnswer = (status: number, view: TransactionDetail | null, audience: Audience): Answer =>
  view === null ? notFound(audience) : json(status, detailed(view, audience), { ETag: etag(view.id, view.version) });
