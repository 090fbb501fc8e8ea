import type { Log } from './ports/observability.ts';
import type { FeedChunk, Views } from './ports/views.ts';
import { Sleeper } from './sleeper.ts';

/** Told of each chunk that the tail has read; returns at once. */
export type TailListener = (chunk: FeedChunk) => void;

interface EventTailParts {
  readonly views: Pick<Views, 'eventsAfter' | 'endOfEvents'>;
  readonly log: Log;
  /** Finds what other processes committed, whose signals do not reach us. Default 1 s. */
  readonly safetyMs?: number;
}

const CHUNK = 500;
const SAFETY_MS = 1_000;
/** After a chunk: commits that follow each other within it are read together. */
const BREATH_MS = 20;

/**
 * The end of the feed, read once for all who follow it, and only while somebody does. A wake-up during a read means another one right
 * after it.
 */
export class EventTail {
  private run: Run | null = null;

  constructor(private readonly parts: EventTailParts) {}

  /** A commit has new events. */
  wake(): void {
    this.run?.sleeper.wake();
  }

  /**
   * Joins at a position up to which the listener knows everything: from there on it is told of everything. Null where the tail is already
   * further on: then the listener has to read up first. Else what leaves again.
   */
  join(position: number, listener: TailListener): (() => void) | null {
    const run = (this.run ??= this.start(position));
    if (position < run.position) return null;
    run.listeners.add(listener);
    return () => {
      run.listeners.delete(listener);
      if (run.listeners.size > 0) return;
      run.stopping.abort();
      if (this.run === run) this.run = null;
    };
  }

  private start(position: number): Run {
    const run = new Run(position);
    void this.follow(run);
    return run;
  }

  private async follow(run: Run): Promise<void> {
    const { signal } = run.stopping;
    await Promise.resolve(); // whoever started it has joined by then
    while (!signal.aborted) {
      const waitMs = await this.turn(run);
      if (waitMs > 0) await run.sleeper.sleep(waitMs, signal);
      else await new Promise((resolve) => setImmediate(resolve)); // a database in the process takes the thread for each chunk
    }
  }

  /** Who joins first may name a position that no event has yet: it hears what comes beyond it, and the others from where they are. */
  private async find(run: Run): Promise<void> {
    const { views } = this.parts;
    const { events } = await views.eventsAfter(run.position - 1, 1);
    if (events.length === 0) run.position = Math.min(run.position, await views.endOfEvents());
    run.isKnown = true;
  }

  private async turn(run: Run): Promise<number> {
    const safetyMs = this.parts.safetyMs ?? SAFETY_MS;
    try {
      if (!run.isKnown) await this.find(run);
      const chunk = await this.parts.views.eventsAfter(run.position, CHUNK);
      run.position = chunk.position;
      if (chunk.events.length > 0) for (const listener of [...run.listeners]) listener(chunk);
      if (chunk.more) return 0;
      if (chunk.events.length > 0) await new Sleeper().sleep(BREATH_MS, run.stopping.signal);
      return safetyMs;
    } catch (error) {
      this.parts.log.error({ loop: 'events', error }, 'a turn failed; the next one tries again');
      return safetyMs;
    }
  }
}

/** From the first who joins to the last who leaves. */
class Run {
  readonly listeners = new Set<TailListener>();
  readonly sleeper = new Sleeper();
  readonly stopping = new AbortController();
  /** That there are events up to its position. */
  isKnown = false;

  constructor(public position: number) {}
}
