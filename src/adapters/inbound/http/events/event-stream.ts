import type { ServerResponse } from 'node:http';
import type { EventTail } from '../../../../application/event-tail.ts';
import type { FeedChunk, FeedEvent, Views } from '../../../../application/ports/views.ts';
import { Sleeper } from '../../../../application/sleeper.ts';
import type { PageTurns } from './page-turns.ts';
import { eventText, HEARTBEAT, opening, positionText } from './wire.ts';

/** Whose events, from where. */
export interface Following {
  readonly position: number;
  /** null: everybody's, as operators see them. */
  readonly client: string | null;
}

interface StreamParts {
  readonly views: Pick<Views, 'eventsAfter'>;
  readonly tail: EventTail;
  readonly turns: PageTurns;
}

const CATCH_UP_EVENTS = 200;
/** What may wait for a reader that is slower than the feed, beside one chunk: then it is cut off, and resumes from what it has. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** A reader that takes nothing for so long while it catches up has gone without a word. */
const DRAIN_MS = 30_000;
/** Where the tail has gone on beyond what we can see, which only a clock that was set back brings about. */
const LOOK_AGAIN_MS = 100;

/** One reader: catches up page by page, as fast as it takes them, and then joins the tail. */
export class EventStream {
  /** Everything up to here is written. */
  private position: number;
  /** The newest that the reader will name as its Last-Event-ID. */
  private told: number;
  private leave: (() => void) | null = null;
  private readonly ended = new AbortController();
  private readonly client: string | null;

  constructor(
    private readonly response: ServerResponse,
    { position, client }: Following,
    private readonly parts: StreamParts,
    /** It is cut off since it was too slow. */
    private readonly onSlow: () => void,
  ) {
    this.position = position;
    this.told = position;
    this.client = client;
    response.once('close', () => {
      this.stop();
    });
    response.on('error', () => undefined); // `close` follows
  }

  /** Fulfilled when the tail is joined, or the stream has ended. Rejected where the record cannot be read. */
  async start(): Promise<void> {
    this.response.write(opening(this.position));
    while (!this.isOver()) {
      const before = this.position;
      const chunk = await this.parts.turns.read(before, () => this.page());
      if (chunk === null || this.isOver()) return;
      const hasRoom = this.write(chunk.events);
      this.position = chunk.position;
      if (!hasRoom) await this.drained();
      if (chunk.more) continue;
      this.leave = this.parts.tail.join(this.position, ({ events, position }) => {
        this.onTail(events, position);
      });
      if (this.leave !== null) return;
      if (this.position === before) await new Sleeper().sleep(LOOK_AGAIN_MS, this.ended.signal);
    }
  }

  /** Proves to both sides and to what stands between them that the connection lives, and keeps the point of resumption near. */
  beat(): void {
    if (this.isOver()) {
      this.response.destroy(); // it has had time enough to take the rest
      return;
    }
    this.response.write(this.position > this.told ? HEARTBEAT + positionText(this.position) : HEARTBEAT);
    this.told = Math.max(this.told, this.position);
  }

  /** The reader is to come back later, or with other credentials. */
  end(): void {
    this.stop();
    this.response.end();
  }

  /** null: it ended while it waited for its turn. */
  private async page(): Promise<FeedChunk | null> {
    if (this.isOver()) return null;
    return this.parts.views.eventsAfter(this.position, CATCH_UP_EVENTS, this.client ?? undefined);
  }

  private onTail(events: readonly FeedEvent[], position: number): void {
    if (position <= this.position) return;
    if (this.response.writableLength > MAX_WAITING_BYTES) {
      this.onSlow();
      this.stop();
      this.response.destroy();
      return;
    }
    const { client } = this;
    this.write(
      events.filter((event) => event.sequence > this.position && (client === null || event.client === client)),
    );
    this.position = position;
  }

  /** False: the reader has to take some of it first. */
  private write(events: readonly FeedEvent[]): boolean {
    const last = events.at(-1);
    if (last === undefined) return true;
    this.told = last.sequence;
    const audience = this.client === null ? 'admin' : 'client';
    return this.response.write(events.map((event) => eventText(event, audience)).join(''));
  }

  private async drained(): Promise<void> {
    const sleeper = new Sleeper();
    const onDrain = (): void => {
      sleeper.wake();
    };
    this.response.once('drain', onDrain);
    await sleeper.sleep(DRAIN_MS, this.ended.signal);
    this.response.off('drain', onDrain);
    if (this.isOver() || !this.response.writableNeedDrain) return;
    this.onSlow();
    this.stop();
    this.response.destroy();
  }

  private isOver(): boolean {
    return this.ended.signal.aborted;
  }

  private stop(): void {
    this.ended.abort();
    this.leave?.();
    this.leave = null;
  }
}
