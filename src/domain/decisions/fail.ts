import { CLASS_POLICY } from '../node-answer/class-policy.ts';
import { isOwnCause, type RetryCause } from '../retry/retry-cause.ts';
import type { Failure, FailureCode } from '../transaction/failure.ts';
import { advance, undecided, type Decision } from './decision.ts';
import type { Transaction } from '../transaction/transaction.ts';

/** What happened and what would help, for the client. The node's own words are for operators. */
const SENTENCES: { readonly [C in FailureCode]: string } = {
  would_revert:
    'The contract would reject this call, so it was not sent: change the call or the state it depends on, then retry.',
  node_rejected:
    'The network refuses this transaction for good as it stands. An operator can change what it objects to and retry it.',
  fee_cap_exceeded:
    'The fee of this transaction is above what the node lets through: lower gasLimit or maxFeePerGas, then retry.',
  insufficient_funds:
    'The signing account could not pay for value and fees, however often it was tried: fund it, then retry.',
  retries_exhausted:
    'No node gave a usable answer, however often it was tried: see whether the network is reachable, then retry.',
  cannot_sign: 'The signing key could not be used, however often it was tried: see to the key, then retry.',
  expired:
    'It was not signed before validUntil; bytes signed earlier may yet be mined, so it is not settled: retry with a later validUntil.',
};

export const failure = (
  code: FailureCode,
  nodeMessage: string | null = null,
  reason: string | null = null,
): Failure => ({
  code,
  message: reason === null ? SENTENCES[code] : `${SENTENCES[code]} (${reason})`,
  nodeMessage,
});

/** Fails the row from whatever open status it is in; null where the table refuses it. */
export const fail = (
  transaction: Transaction,
  code: FailureCode,
  nodeMessage: string | null = null,
  reason: string | null = null,
): Decision | null => {
  const what = failure(code, nodeMessage, reason);
  return advance(undecided(transaction), { type: 'Failed', failure: what }, { code, message: what.message });
};

/** With which code a transaction fails when the trouble that used up its retries was this one. */
export function codeWhenExhausted(lastError: RetryCause): FailureCode {
  if (lastError === 'cannotSign') return 'cannot_sign';
  const own = isOwnCause(lastError) ? null : CLASS_POLICY[lastError].failureCode;
  return own ?? 'retries_exhausted';
}
