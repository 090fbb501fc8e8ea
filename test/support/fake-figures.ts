import { levelsOf, spanOf } from '../../src/application/figures/figures.ts';
import type { FigureRead, Figures, Span, SpansWanted } from '../../src/application/ports/figures.ts';
import type { ChainId, Millis } from '../../src/domain/primitives.ts';

type Counts = Readonly<Record<string, number | bigint>>;
const sumsOf = (counts: Counts) => new Map(Object.entries(counts).map(([name, sum]) => [name, BigInt(sum)]));

export const CHAIN_OF_FIGURES = 31337 as ChainId;

/** What passed in the span that begins then; names as `figures.ts` has them. */
export const span = (start: Millis, counts: Counts, chainId = CHAIN_OF_FIGURES): Span => ({
  chainId,
  start,
  figures: spanOf(sumsOf(counts)),
});
export const levels = (counts: Counts, chainId = CHAIN_OF_FIGURES) => levelsOf(chainId, sumsOf(counts));

/** Says what it is told to say. */
export class FakeFigures implements Figures {
  answer: Omit<FigureRead, 'spans'> = {
    chains: [],
    oldestQueuedAt: null,
    openFailures: [],
    outbox: { count: 0, oldestAt: null },
    chainRows: [],
    signerRows: [],
  };
  spans: readonly Span[] = [];
  readonly wanted: (readonly SpansWanted[])[] = [];
  reads = 0;
  /** Thrown by every read while it is set. */
  broken: Error | null = null;

  async standing() {
    this.reads += 1;
    if (this.broken) throw this.broken;
    return this.answer;
  }

  async read(wanted: readonly SpansWanted[]): Promise<FigureRead> {
    this.reads += 1;
    if (this.broken) throw this.broken;
    this.wanted.push(wanted);
    return { ...this.answer, spans: wanted.map(({ since }) => this.spans.filter(({ start }) => start >= since)) };
  }

  async fold() {
    return { folded: 0, more: false };
  }
}
