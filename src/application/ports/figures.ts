import type { Levels, SpanFigures } from '../figures/figures.ts';
import type { ChainId, Millis } from '../../domain/primitives.ts';
import type { FailureCode } from '../../domain/transaction/failure.ts';
import type { SignerRow } from './work.ts';

/** What waits, and since when: null where nothing does. */
export interface Waiting {
  readonly count: number;
  readonly oldestAt: Millis | null;
}

/** How things stand now, exact as of the last commit. */
export interface Standing {
  readonly chains: readonly Levels[];
  /** When the oldest one that is queued was accepted. */
  readonly oldestQueuedAt: Millis | null;
  readonly openFailures: readonly {
    readonly code: FailureCode;
    readonly count: number;
    readonly oldestAt: Millis | null;
  }[];
  /** What is to be published; counted to `OUTBOX_COUNTED` at most. */
  readonly outbox: Waiting;
}

export const OUTBOX_COUNTED = 10_000;

export interface ChainFigures {
  readonly chainId: ChainId;
  readonly cursorNumber: number | null;
  readonly finalNumber: number | null;
}

/** One span of time on one chain; spans in which nothing happened are left out. */
export interface Span {
  readonly chainId: ChainId;
  readonly start: Millis;
  readonly figures: SpanFigures;
}

export interface FigureRead extends Standing {
  readonly chainRows: readonly ChainFigures[];
  readonly signerRows: readonly SignerRow[];
  /** One list for each that was asked for. */
  readonly spans: readonly (readonly Span[])[];
}

export type SpanLength = 'minute' | 'hour';

export interface SpansWanted {
  readonly length: SpanLength;
  /** The beginning of the first one. */
  readonly since: Millis;
}

/** Spans begin at multiples of their length. */
export const startOf = (at: Millis, ms: number): Millis => at - (at % ms);
export const SPAN_MS: Readonly<Record<SpanLength, number>> = { minute: 60_000, hour: 3_600_000 };

/**
 * Counts that are kept beside the rows, written in each commit with what they count (ADR 0008): reading them costs the same whatever is on
 * record. A commit only ever appends; `fold` adds up what was appended.
 */
export interface Figures {
  standing(): Promise<Standing>;
  /** All in one state of the database. */
  read(wanted: readonly SpansWanted[]): Promise<FigureRead>;
  /** Adds up a piece of what was appended, all or nothing; `more` where there is another piece. Twice at once does no harm. */
  fold(now: Millis): Promise<{ readonly folded: number; readonly more: boolean }>;
}
