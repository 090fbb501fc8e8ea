import type { Clock } from '../../../../application/ports/clock.ts';
import type { Timers } from '../../../../application/ports/timers.ts';
import type { Millis } from '../../../../domain/primitives.ts';
import { Schedule } from './schedule.ts';

export interface QueueLimits {
  /** How long a received message stays invisible. */
  readonly visibilityTimeoutMs: number;
  /** A message that was received this often and comes up again is dead. */
  readonly maxReceives: number;
  /** Messages in all, those in hand included; what comes beyond is dropped. */
  readonly capacity: number;
}

export interface QueueOptions extends QueueLimits {
  readonly clock: Clock;
  readonly timers: Timers;
  /** A message that was received too often; it is in the queue no more. */
  readonly onDead: (body: string) => void;
}

export interface Received {
  readonly handle: string;
  readonly body: string;
}

interface Message {
  readonly id: number;
  readonly body: string;
  receiveCount: number;
  /** While it is invisible: until when. */
  visibleAt: Millis | null;
  inHand: boolean;
}

interface Waiter {
  readonly max: number;
  readonly answer: (received: readonly Received[]) => void;
}

/** Texts with the semantics of an SQS standard queue. Whoever waits gets a message in the very tick in which it comes. */
export class MessageQueue {
  readonly #options: QueueOptions;
  /** All that are not acknowledged. */
  readonly #messages = new Map<number, Message>();
  readonly #visible = new Set<Message>();
  readonly #invisible = new Schedule<Message>(
    (message, at) => message.visibleAt === at && this.#messages.has(message.id),
  );
  readonly #waiters = new Set<Waiter>();
  #lastId = 0;
  #clock: Millis = -Infinity;
  #setBackMs = 0;
  #alarm: { readonly at: Millis; readonly cancel: () => void } | null = null;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#messages.size;
  }

  /** How many were dropped, as the queue is full. */
  send(bodies: readonly string[], delayMs: number): number {
    const room = Math.max(0, this.#options.capacity - this.#messages.size);
    for (const body of bodies.slice(0, room)) {
      const message: Message = { id: ++this.#lastId, body, receiveCount: 0, visibleAt: null, inHand: false };
      this.#messages.set(message.id, message);
      if (delayMs > 0) this.#hide(message, delayMs);
      else this.#visible.add(message);
    }
    this.#serve();
    return Math.max(0, bodies.length - room);
  }

  receive(max: number, waitMs: number, signal?: AbortSignal): Promise<readonly Received[]> {
    if (signal?.aborted === true) return Promise.resolve([]);
    const ready = this.#take(max);
    if (ready.length > 0 || waitMs <= 0) return Promise.resolve(ready);
    return new Promise((resolve) => {
      const giveUp = () => waiter.answer([]);
      const waiter: Waiter = {
        max,
        answer: (received) => {
          this.#waiters.delete(waiter);
          signal?.removeEventListener('abort', giveUp);
          stopWaiting();
          this.#setAlarm();
          resolve(received);
        },
      };
      const stopWaiting = this.#options.timers.after(waitMs, giveUp);
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiters.add(waiter);
      this.#setAlarm();
    });
  }

  /** Handles that are not this message's newest are let pass: they were somebody else's since. */
  remove(handles: readonly string[]): void {
    for (const message of this.#inHand(handles)) this.#messages.delete(message.id);
  }

  /** 0: visible again at once. */
  changeVisibility(handles: readonly string[], ms: number): void {
    for (const message of this.#inHand(handles)) {
      if (ms > 0) this.#hide(message, ms);
      else this.#show(message);
    }
    this.#serve();
  }

  /** The clock's time, but that it never goes back: a message would stay invisible for as long as the clock was ahead. */
  #now(): Millis {
    const now = this.#options.clock.now();
    if (now < this.#clock) this.#setBackMs += this.#clock - now;
    this.#clock = now;
    return now + this.#setBackMs;
  }

  #inHand(handles: readonly string[]): readonly Message[] {
    return handles.flatMap((handle) => {
      const [id, receive] = handle.split(':').map(Number);
      const message = this.#messages.get(id ?? 0);
      return message?.inHand === true && message.receiveCount === receive ? [message] : [];
    });
  }

  #hide(message: Message, ms: number): void {
    message.visibleAt = this.#now() + ms;
    this.#invisible.add(message.visibleAt, message);
    this.#setAlarm();
  }

  #show(message: Message): void {
    message.inHand = false;
    message.visibleAt = null;
    this.#visible.add(message);
  }

  #take(max: number): readonly Received[] {
    for (const message of this.#invisible.takeDue(this.#now())) this.#show(message);
    const taken: Received[] = [];
    for (const message of this.#visible) {
      if (taken.length >= max) break;
      this.#visible.delete(message);
      if (message.receiveCount >= this.#options.maxReceives) {
        this.#messages.delete(message.id);
        this.#options.onDead(message.body);
        continue;
      }
      message.receiveCount += 1;
      message.inHand = true;
      this.#hide(message, this.#options.visibilityTimeoutMs);
      taken.push({ handle: `${message.id}:${message.receiveCount}`, body: message.body });
    }
    return taken;
  }

  #serve(): void {
    for (const waiter of this.#waiters) {
      const received = this.#take(waiter.max);
      if (received.length === 0) return;
      waiter.answer(received);
    }
  }

  /** Set only while somebody waits: whoever comes later looks for himself. */
  #setAlarm(): void {
    const at = this.#waiters.size === 0 ? null : this.#invisible.earliest();
    if (at === (this.#alarm?.at ?? null)) return;
    this.#alarm?.cancel();
    this.#alarm = null;
    if (at === null) return;
    const cancel = this.#options.timers.after(Math.max(0, at - this.#now()), () => {
      this.#alarm = null;
      this.#serve();
      this.#setAlarm();
    });
    this.#alarm = { at, cancel };
  }
}
