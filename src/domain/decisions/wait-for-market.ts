import { isBelowBase, type FeeCaps, type Market } from '../fees/quote.ts';
import type { Millis } from '../primitives.ts';
import { waitUncounted } from '../retry/count-failure.ts';
import type { Transaction } from '../transaction/transaction.ts';
import { waitWithoutNonce, type Decision } from './decision.ts';

export interface MarketFacts {
  readonly market: Market;
  readonly caps: FeeCaps;
  readonly now: Millis;
  readonly pauseMs: Millis;
}

/**
 * Its caps are below what the next block asks: it waits without a nonce, or whoever sends a cap of 1 wei would hold up all that its signer
 * sends afterwards. Not counted, since the market may come down; null where it can be sent.
 */
export function waitForMarket(transaction: Transaction, { market, caps, now, pauseMs }: MarketFacts): Decision | null {
  if (!isBelowBase(market, caps)) return null;
  return waitWithoutNonce(transaction, waitUncounted(transaction.retry, now + pauseMs, 'feeBelowBase'), 'feeBelowBase');
}
