/**
 * What a node's error means for the transaction, whatever words the client used.
 * What the pipeline does about each is in `class-policy.ts`, how it is recognised in `patterns.ts`.
 */
export const NODE_ERROR_CLASSES = [
  /** The node has these bytes already. */
  'alreadyKnown',
  /** The call would revert, or did. */
  'reverted',
  /** The chain is past this nonce. */
  'nonceTooLow',
  /** Lower nonces of the sender are missing at this node. */
  'nonceTooHigh',
  /** Other bytes hold the nonce in the pool and these don't pay enough more. */
  'replacementUnderpriced',
  /** maxFeePerGas is below the next block's baseFeePerGas. */
  'feeBelowBase',
  /** Below what this node's pool asks at least. */
  'underpriced',
  /** The sender's balance doesn't cover value and fees. */
  'insufficientFunds',
  /** The pool, or the sender's share of it, is full. */
  'poolFull',
  /** The provider limits us, not the transaction. */
  'rateLimited',
  /** gasLimit x maxFeePerGas is above this node's own RPC cap. */
  'feeCapExceeded',
  /** No node will ever take these bytes. */
  'invalid',
  /** The node could not answer: nothing is known of the bytes. */
  'unavailable',
  /** None of the above was recognised: nothing is known of the bytes. */
  'unknown',
] as const;

export type NodeErrorClass = (typeof NODE_ERROR_CLASSES)[number];
