import { medianTip, type Market } from '../domain/fees/quote.ts';
import type { Millis } from '../domain/primitives.ts';
import { isFresh } from './is-fresh.ts';
import type { Answer, ChainNode } from './ports/chain-node.ts';
import type { Clock } from './ports/clock.ts';

/** A block's worth of time: what was asked a second ago is what would be asked now. */
const FRESH_MS = 1_000;

/** The chain's fee market, asked once a second at most, however many lanes ask. A failure is never kept. */
export class FeeMarket {
  private last: { readonly at: Millis; readonly market: Market } | null = null;
  private asking: Promise<Answer<Market>> | null = null;

  constructor(
    private readonly node: Pick<ChainNode, 'feeHistory'>,
    private readonly clock: Clock,
  ) {}

  async now(): Promise<Answer<Market>> {
    if (this.last !== null && isFresh(this.last.at, this.clock.now(), FRESH_MS))
      return { ok: true, value: this.last.market };
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async ask(): Promise<Answer<Market>> {
    const answer = await this.node.feeHistory();
    if (!answer.ok) return answer;
    const { nextBaseFeePerGasWei, recentTipsWei, gasPriceWei } = answer.value;
    const market: Market = { baseFeePerGasWei: nextBaseFeePerGasWei, tipWei: medianTip(recentTipsWei), gasPriceWei };
    this.last = { at: this.clock.now(), market };
    return { ok: true, value: market };
  }
}
