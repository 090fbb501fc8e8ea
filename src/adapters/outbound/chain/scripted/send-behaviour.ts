import type { NodeError } from '../../../../domain/node-answer/classify.ts';
import type { Hex } from '../../../../domain/primitives.ts';
import type { DecodedTransaction } from './decoded-transaction.ts';
import { ALREADY_KNOWN } from './refusals.ts';

/** What a node does with one item, and what it says: two things. Bytes count as handed in any case. */
export interface SendBehaviour {
  /** Into the mempool, if an honest node would take it. */
  readonly takes: boolean;
  /** `honest`: what came of taking it, so only where `takes`; `hash`: as if it had gone well. */
  readonly answers: 'honest' | 'hash' | NodeError;
}

/** An item that arrives. */
export interface HandedItem {
  readonly raw: Hex;
  /** null: no transaction. */
  readonly transaction: DecodedTransaction | null;
  /** How often an endpoint of this chain was handed these bytes, this time included. */
  readonly times: number;
}

export const HONEST: SendBehaviour = { takes: true, answers: 'honest' };
export const TIMED_OUT: NodeError = { transport: 'timeout', message: 'no answer in time' };
export const RESET: NodeError = { transport: 'reset', message: 'the connection broke' };

/** Taken, and nobody hears of it. */
export const ANSWER_LOST: SendBehaviour = { takes: true, answers: TIMED_OUT };
/** Handed in, not taken, no answer. */
export const REQUEST_LOST: SendBehaviour = { takes: false, answers: TIMED_OUT };
export const ACCEPTED_AND_DROPPED: SendBehaviour = { takes: false, answers: 'hash' };
export const ALREADY_KNOWN_LIE: SendBehaviour = { takes: false, answers: ALREADY_KNOWN };
/** Says no, whatever it does. */
export const refusing = (error: NodeError, { takes = false }: { readonly takes?: boolean } = {}): SendBehaviour => ({
  takes,
  answers: error,
});
