import type { NodeErrorClass } from '../../../../domain/node-answer/node-error-class.ts';
import type { FailureCode } from '../../../../domain/transaction/failure.ts';
import type { RetryCause } from '../../../../domain/retry/retry-cause.ts';
import type { Status } from '../../../../domain/transaction/transaction.ts';

interface StatusMeaning {
  readonly meaning: string;
  /** Whether it can still change. */
  readonly final: string;
  readonly whatToDo: string;
}

/** Every status, as a client reads it; `/docs` shows this table. */
export const STATUS_MEANINGS: { readonly [S in Status]: StatusMeaning } = {
  queued: {
    meaning:
      'Accepted and on record. It waits to be signed; where a try has failed, `retry` says why and when it goes on.',
    final: 'no',
    whatToDo: 'Wait. It can be cancelled while nothing of it can be mined.',
  },
  signed: {
    meaning: 'Signed, and the bytes are on record. No node is known to have them yet.',
    final: 'no',
    whatToDo: 'Wait: it may be mined from now on, so do not pay in another way.',
  },
  broadcast: {
    meaning: 'A node has the bytes.',
    final: 'no',
    whatToDo: 'Wait: as above.',
  },
  included: {
    meaning: 'In a block that is not deep enough yet. A reorg may take it out again; then it is sent again by itself.',
    final: 'no',
    whatToDo: 'Wait for the depth: `confirmed` or `reverted` follows.',
  },
  confirmed: {
    meaning: 'Mined with success, as deep as the service asks.',
    final: 'yes',
    whatToDo: 'Done.',
  },
  reverted: {
    meaning: 'Mined, and the contract rejected it: nothing of it took effect, but the fee was paid.',
    final: 'yes',
    whatToDo: 'See why the contract rejects it. It cannot be retried: send a new one.',
  },
  failed: {
    meaning: 'Given up for now; `failure` says why and what would help.',
    final:
      'no: an operator can retry it, edited or as it is; and where `settled` is false, bytes signed earlier may yet be mined',
    whatToDo: 'Tell an operator. Do not send it anew before `settled` is true and you agreed that it is left alone.',
  },
  cancelled: {
    meaning: 'Taken back: nothing of it was mined, and nothing can be.',
    final: 'yes',
    whatToDo: 'Done.',
  },
  expired: {
    meaning: 'Not signed by `validUntil`, and nothing of it can be mined.',
    final: 'yes',
    whatToDo: 'Send a new one if it is still wanted.',
  },
};

/** Why a transaction is `failed`. */
export const FAILURE_MEANINGS: { readonly [C in FailureCode]: string } = {
  would_revert: 'The contract would reject the call, so it was not sent.',
  node_rejected: 'No node will ever take it as it stands.',
  fee_cap_exceeded: "Its fee is above the node's own limit for one transaction.",
  insufficient_funds: 'The signing account could not pay for value and fees.',
  retries_exhausted: 'No node gave a usable answer, however often it was tried.',
  cannot_sign: 'The signing key could not be used, however often it was tried.',
  expired: '`validUntil` passed before it was signed anew, and bytes signed earlier may yet be mined.',
};

/** What ends a transaction at once is never what it waits for. */
type WaitCause = Exclude<RetryCause, 'reverted' | 'invalid'>;

/** What a transaction waits for by its `retry.lastError`, as a client reads it; operators have docs/operations.md. */
export const LAST_ERROR_MEANINGS: { readonly [C in WaitCause]: string } = {
  insufficientFunds: 'The signing account cannot pay for it: it waits for the account to be funded.',
  unavailable: 'The node could not answer.',
  unknown: 'The node answered in words that nobody here knows.',
  poolFull: "The node's pool is full.",
  rateLimited: 'The node asks for patience.',
  feeBelowBase: "The market's base fee is above `maxFeePerGas` or the service's ceiling: it waits for the market.",
  underpriced: 'The node asks for more than the caps allow: it waits for the market.',
  feeCapExceeded: "Value and fees are above the node's own limit: it waits for a node that estimates it.",
  replacementUnderpriced: 'Other bytes stand at its nonce in the pool.',
  nonceTooLow: 'The chain is past its nonce: it waits for the block that says whether it was mined.',
  nonceTooHigh: 'Earlier transactions of its signer go first.',
  alreadyKnown: 'The node answered an estimate with words that belong to a send.',
  nonceTaken: 'Its earlier bytes may yet be mined, and another transaction holds their nonce.',
  revertsForNow: 'It would revert as things are, and earlier transactions of its signer may change that.',
  evicted: 'A node had it and has it no more: it is sent again.',
  cannotSign: 'The signing key cannot be used just now.',
  throttled: 'The key service asks for patience.',
  refused: 'The sending side refused its bytes: operators see why in the log.',
  wrongChain: 'The node shows another chain: nothing is sent until that is put right.',
  awaitingCursor: 'No block was read yet.',
  endpointTwoNotReached: 'The sending side of the service was not reached.',
};

/** What a node answered to an attempt (`attempts[].error.class`), as a client reads it, and what the service does then. */
export const NODE_ERROR_MEANINGS: {
  readonly [C in NodeErrorClass]: { readonly meaning: string; readonly then: string };
} = {
  alreadyKnown: { meaning: 'It has these bytes already.', then: 'As good as accepted.' },
  reverted: { meaning: 'The contract would reject the call.', then: 'Fails with `would_revert`.' },
  nonceTooLow: {
    meaning: 'The chain is past this nonce.',
    then: 'Waits for the block that says whether these bytes were mined.',
  },
  nonceTooHigh: { meaning: 'Earlier transactions of the signer are missing there.', then: 'Those go first.' },
  replacementUnderpriced: {
    meaning: 'Other bytes hold the nonce in its pool, and these pay too little more.',
    then: 'Pays more within the caps, or waits.',
  },
  feeBelowBase: {
    meaning: "`maxFeePerGas` is below the next block's base fee.",
    then: 'New fees within the caps, or it waits for the market.',
  },
  underpriced: {
    meaning: 'It asks for more than is offered.',
    then: 'New fees within the caps, or it waits for the market.',
  },
  insufficientFunds: {
    meaning: 'The signing account cannot pay.',
    then: 'Waits without a nonce; in the end `insufficient_funds`.',
  },
  poolFull: { meaning: 'Its pool is full.', then: 'Sent again after a while; in the end `retries_exhausted`.' },
  rateLimited: { meaning: 'It asks for patience.', then: 'Sent again after a while; that uses up no retry.' },
  feeCapExceeded: {
    meaning: 'The fee is above its own limit for one transaction.',
    then: 'Fails with `fee_cap_exceeded`.',
  },
  invalid: { meaning: 'No node will ever take these bytes.', then: 'Fails with `node_rejected`.' },
  unavailable: {
    meaning: 'It could not answer.',
    then: 'Looked up by hash, and sent again on schedule; in the end `retries_exhausted`.',
  },
  unknown: {
    meaning: 'It answered in words that nobody here knows.',
    then: 'Looked up by hash, and sent again on schedule; in the end `retries_exhausted`.',
  },
};
