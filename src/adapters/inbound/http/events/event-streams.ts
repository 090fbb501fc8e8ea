import type { ServerResponse } from 'node:http';
import { EventTail } from '../../../../application/event-tail.ts';
import { LedgerUnavailable } from '../../../../application/ports/ledger-unavailable.ts';
import type { Log, Metrics } from '../../../../application/ports/observability.ts';
import type { Timers } from '../../../../application/ports/timers.ts';
import type { Views } from '../../../../application/ports/views.ts';
import { MAX_STREAMS, MAX_STREAMS_OF_A_CALLER } from '../limits.ts';
import { requestIdOf, setStreams } from '../request/context.ts';
import { EventStream, type Following } from './event-stream.ts';
import { PageTurns } from './page-turns.ts';

export interface EventStreamsParts {
  readonly views: Pick<Views, 'eventsAfter' | 'endOfEvents'>;
  readonly timers: Timers;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Default: see limits.ts. */
  readonly most?: number;
}

export interface Reader extends Following {
  /** `client:NAME` or `user:USERNAME`. */
  readonly caller: string;
  readonly stillAllowed: () => Promise<boolean>;
}

interface Open {
  readonly caller: string;
  end(): void;
  check(): Promise<void>;
}

const HEARTBEAT_MS = 15_000;

/** The open event streams of this process: how many there may be, and that each ends when it must. */
export class EventStreams {
  private readonly open = new Set<Open>();
  private readonly tail: EventTail;
  private readonly turns = new PageTurns();
  private closed = false;

  constructor(private readonly parts: EventStreamsParts) {
    this.tail = new EventTail(parts);
  }

  /** A commit of this process has new events. */
  wake(): void {
    this.tail.wake();
  }

  hasRoomFor(caller: string): boolean {
    if (this.closed || this.open.size >= (this.parts.most ?? MAX_STREAMS)) return false;
    return [...this.open].filter((one) => one.caller === caller).length < MAX_STREAMS_OF_A_CALLER;
  }

  /** Writes events to a response until either side ends it. Its headers are out. */
  start(response: ServerResponse, reader: Reader): void {
    const { views, log } = this.parts;
    const { tail, turns } = this;
    const requestId = requestIdOf(response);
    setStreams(response);
    if (response.destroyed) return;
    const stream = new EventStream(response, reader, { views, tail, turns }, () => {
      log.info({ requestId, caller: reader.caller }, 'an event stream was too slow and was cut off');
    });
    const one: Open = {
      caller: reader.caller,
      end: () => {
        stream.end();
      },
      check: async () => {
        if (!(await isAllowed(reader))) stream.end();
      },
    };
    this.open.add(one);
    this.told();
    const beat = (): (() => void) =>
      this.parts.timers.after(HEARTBEAT_MS, () => {
        callOff = beat();
        stream.beat();
        void one.check();
      });
    let callOff = beat();
    response.once('close', () => {
      callOff();
      this.open.delete(one);
      this.told();
    });
    if (this.closed) stream.end();
    stream.start().catch((error: unknown) => {
      if (error instanceof LedgerUnavailable)
        log.warn({ requestId, reason: error.message }, 'an event stream ended: the database cannot answer now');
      else
        log.error(
          { requestId, error: error instanceof Error ? (error.stack ?? error.message) : String(error) },
          'an event stream met a bug',
        );
      stream.end();
    });
  }

  /** Somebody signed out: streams of sessions that are over end at once, not at their next heartbeat. */
  async recheck(): Promise<void> {
    await Promise.all([...this.open].map((one) => one.check()));
  }

  /** Ends all, and takes no more: whoever reads resumes elsewhere, or later. */
  close(): void {
    this.closed = true;
    for (const one of [...this.open]) one.end();
  }

  private told(): void {
    this.parts.metrics.gauge('broadcaster_event_streams', this.open.size);
  }
}

/** A database that cannot say so ends no stream: there is nothing to be read from it either. */
async function isAllowed({ stillAllowed }: Reader): Promise<boolean> {
  try {
    return await stillAllowed();
  } catch {
    return true;
  }
}
