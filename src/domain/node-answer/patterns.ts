import { INVALID_PATTERNS } from './invalid-patterns.ts';
import type { MessagePattern } from './message-pattern.ts';
import type { NodeErrorClass } from './node-error-class.ts';

export type PatternGroup = { readonly class: NodeErrorClass; readonly patterns: readonly MessagePattern[] };

/**
 * How clients word their errors: the first group that matches the lower-cased message names the class.
 * The evidence is in `test/fixtures/node-errors/`: client, version and source of each message. A new message is
 * added there first. What stands here without a fixture is the wording of older clients and of libraries in between.
 */
export const PATTERN_GROUPS: readonly PatternGroup[] = [
  {
    // First, because a revert's reason is the contract's own text and may quote any other message here.
    class: 'reverted',
    patterns: [
      'execution reverted',
      'reverted with',
      'transaction reverted',
      'vm exception while processing transaction',
      'vm execution error',
      'evm error',
      'invalid opcode',
      'invalid jump destination',
      'stack underflow',
      'write protection',
      'out of gas',
      'gas required exceeds',
      'completed due to an exception',
    ],
  },
  {
    class: 'alreadyKnown',
    patterns: [
      'already known',
      // "unknown transaction" says the contrary.
      /(?<!un)known transaction/,
      'alreadyknown',
      'already imported',
      'existing txn with same hash',
      'tx already exists in cache',
    ],
  },
  {
    class: 'nonceTooLow',
    patterns: [
      'nonce too low',
      'nonce is too low',
      'oldnonce',
      'nonce has already been used',
      'invalid transaction nonce',
      // Erigon, of a nonce that was mined meanwhile. Whole message: the word alone says nothing.
      /^internal_error: mined$/,
    ],
  },
  {
    class: 'nonceTooHigh',
    patterns: [
      // Not "noncetoohigh": Nethermind's "NonceTooHigh: Nonce exceeds max nonce" is past 2^64 and final.
      'nonce too high',
      'noncegap',
      'nonce gap',
      'gapped-nonce tx',
      'nonce too far in',
      'too distant from current sender nonce',
      'transaction with a lower nonce',
      'exceeds next nonce',
      // Senders with an EIP-7702 delegation may have one transaction in the pool at a time.
      'in-flight transaction limit',
      'authority has pending transaction',
      'future transaction tries to replace pending',
    ],
  },
  {
    // Before `underpriced`, whose words are part of these.
    class: 'replacementUnderpriced',
    patterns: [
      'replacement transaction underpriced',
      'replacement fee too low',
      'there is another tx which has the same nonce',
      // Erigon's usual answer.
      'could not replace existing tx',
      'replacementnotallowed',
      'ownnoncealreadyused',
    ],
  },
  {
    class: 'feeBelowBase',
    patterns: [
      'max fee per gas less than block base fee',
      'fee cap less than block base fee',
      'below current base fee',
      'too low for the next block',
      'lower than the base fee',
      'miner premium is negative',
    ],
  },
  {
    class: 'underpriced',
    patterns: [
      'transaction underpriced',
      'gas price too low',
      'gas price below',
      'feetoolow',
      'fee_too_low',
      'fee too low',
      'below the minimum of',
      'below minimum required priority fee',
    ],
  },
  {
    class: 'insufficientFunds',
    patterns: [
      'insufficient funds',
      'insufficientfunds',
      'insufficient sender balance',
      'for sender balance',
      'upfront cost exceeds account balance',
      'not enough funds',
      "sender doesn't have enough funds",
    ],
  },
  {
    class: 'poolFull',
    patterns: [
      'txpool is full',
      'sub-pool is full',
      'blobs limit in txpool is full',
      'account limit exceeded',
      'internal_error: spammer',
      'not accepting transactions',
      'too many transactions in the queue',
      'queue full',
    ],
  },
  {
    // Providers say so under HTTP 200 too: in an item of a batch, over WebSocket, or relayed by a node of theirs.
    class: 'rateLimited',
    patterns: [
      'rate limit',
      'compute units per second',
      'request rate exceeded',
      'request limit',
      'credits limited',
      'rps limit',
      'requests per second',
      'too many requests',
      'capacity limit exceeded',
      'usage limit',
      'payment required',
    ],
  },
  {
    class: 'feeCapExceeded',
    patterns: ['exceeds the configured cap', 'fee cap exceeded'],
  },
  { class: 'invalid', patterns: INVALID_PATTERNS },
  {
    class: 'unavailable',
    patterns: [
      // syncing, pruned, or behind the block we asked for
      'header not found',
      'block not found',
      'unknown block',
      'could not find the block',
      'received invalid block tag',
      'blockoutofrangeerror',
      'request beyond head block',
      'missing trie node',
      'no state available',
      'world state unavailable',
      'pending state is not available',
      "can't get the current state",
      'pruned history unavailable',
      'indexing is in progress',
      'node is syncing',
      'initial sync',
      'transaction pool not enabled',
      /^resource not found$/,
      // out of time or out of order
      'timed out',
      'timeout expired',
      'context deadline exceeded',
      // Not "timeout" alone: eth_sendRawTransactionSync says it of bytes that are in the pool.
      'execution aborted (timeout',
      'method handler crashed',
      'transaction sender channel closed',
      'internal blocking task error',
      // what stands in front of the node
      'fork error',
      'sequencer internal error',
      'temporarily not available',
      'failed to publish transaction to any of the forwarding targets',
      'publishing transactions not supported by this endpoint',
      'no nodes available',
      // Ankr's plain text for a bad key and for limits alike
      ', trace_id: ',
      /^unauthorized$/,
      // the request or the answer was too large, whatever was in it
      'max batch size',
      'batch too large',
      'content length too large',
      'response too large',
    ],
  },
];

/**
 * The few error codes that mean one thing at every client; asked only where no message matched. All others collide
 * (-32000 covers most classes, -32005 is a gas limit at Besu and a rate limit at Infura).
 */
export const CODE_CLASSES: ReadonlyMap<number, NodeErrorClass> = new Map([
  [402, 'rateLimited'],
  [429, 'rateLimited'],
  // EIP-4444: history that the node no longer keeps (Besu, reth).
  [4444, 'unavailable'],
]);
