import type { MessagePattern } from './message-pattern.ts';

/**
 * What no node will ever take. Final, so each of these is narrow: what could also be said of a healthy transaction
 * stays out, and a word that other messages hold too is matched with its neighbours or as the whole message.
 */
export const INVALID_PATTERNS: readonly MessagePattern[] = [
  // gas below what the bytes cost whatever they do
  'intrinsic gas too low',
  'intrinsic gas exceeds gas limit',
  'internal_error: intrinsicgas',
  /requires at least \S+ gas but got/,
  'requires gas floor of',
  'floor data',
  // gas above what a block, or a transaction (EIP-7825), may use
  'intrinsic gas too high',
  'exceeds block gas limit',
  'greater than the block gas limit',
  'gas limit of rejected tx',
  'gas limit too high',
  'gas limit is too high',
  'gas limit cap exceeded',
  'max transaction gas limit',
  'exceeds transaction gas cap',
  // arithmetic
  'gas uint64 overflow',
  'gasuintoverflow',
  'transaction cost overflow',
  'int256overflow',
  'nonce has max value',
  'higher than 2^256-1',
  /^(invalid: )?negative value$/,
  // tip above the fee cap
  'higher than max fee per gas',
  'exceeds max fee per gas',
  'cannot be higher than maxfeepergas',
  'bigger than maxfeepergas',
  '`max_priority_fee_per_gas` greater than `max_fee_per_gas`',
  'both gasprice and (maxfeepergas or maxpriorityfeepergas)',
  // size; EIP-3860
  'oversized data',
  'transaction too large',
  'rlptoolong',
  'max initcode size exceeded',
  'initcode too large',
  'init code length is',
  'contract creation without any data',
  // another chain's bytes; EIP-155
  'invalid chain id',
  'invalid chainid',
  'wrong chainid',
  'chainid not supported',
  'chainid is required',
  'another chain',
  'replay-protected',
  // signature and sender; EIP-3607
  'invalid signature',
  'invalid transaction signature',
  'invalid sender',
  'failed to recover the signer',
  'failed to recover sender',
  'failedtoresolvesender',
  'sender not an eoa',
  'sender is not an eoa',
  'senderiscontract',
  'sender or to in black list',
  'sender is not on the whitelist',
  'sender account not authorized',
  'plugin has marked the transaction as invalid',
  // a type that this chain does not have; EIP-2718
  'transaction type not supported',
  'unsupported transaction type',
  'invalid transaction type',
  'fork supporting this transaction type',
  'not supported by the current hardfork',
  'eip4844 tx variant without sidecar',
  'typed transaction too short',
  // bytes or parameters that can't be read. Not "failed to decode" alone: a proxy says that of its upstream.
  'failed to decode transaction',
  'failed to decode signed transaction',
  'empty transaction data',
  /^invalid rlp\.?$/,
  /^rlp: /,
  // Besu, of RLP that it can't decode; without the first words it is a missing block.
  'invalid block param (block not found)',
  /^invalid params$/,
  /^invalid argument \S+: /,
  'missing value for required argument',
  'expected params sequence with length',
  /^hex string without 0x prefix/,
  /^invalid string length/,
  /^invalid type: .*expected a variable number of bytes/,
  /^invalid value: .*expected a valid hex string$/,
  // Nethermind's word for all else that can never be valid, now and before mid-2026.
  /^transaction invalid(,|$)/,
  /^invalid$/,
];
