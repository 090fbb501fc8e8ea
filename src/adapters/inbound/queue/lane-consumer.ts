import { signerKeyText, type Millis, type SignerKey } from '../../../domain/primitives.ts';
import type { Clock } from '../../../application/ports/clock.ts';
import type { LeaseToken } from '../../../application/change-set.ts';
import type { Leases } from '../../../application/ports/leases.ts';
import type { Log } from '../../../application/ports/observability.ts';
import { LONGEST_DELAY_MS, type ReceivedWakeUp, type WakeUpQueue } from '../../../application/ports/wake-up-queue.ts';
import type { Timers } from '../../../application/ports/timers.ts';
import { withLease } from '../../../application/with-lease.ts';
import { Lane } from './lane.ts';
import { Sleeper } from '../../../application/sleeper.ts';
import { laneLease, type RunLane, type BetweenRounds } from '../../../application/use-cases/lane/run-lane.ts';

export interface LaneConsumerParts {
  readonly queue: WakeUpQueue;
  readonly leases: Leases;
  readonly runLane: Pick<RunLane, 'run'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

const RECEIVE_MAX = 10;
const RECEIVE_WAIT_MS = 20_000;
/** The shortest delay: what is due already was not done in this round, and a lane that goes on at once would only spin. */
const SOONEST_MS = 100;
const PAUSE_AFTER_ERROR_MS = 1_000;
/** Longer than a block takes: each block wakes a lane that has something under way. Another process waits that long for an idle one. */
export const LINGER_MS = 2_000;

/**
 * Takes wake-ups from the queue and runs the lanes that they name, one at a time for a signer, several side by side. A message says
 * nothing but "look": whatever it was worth is in the record, so a lost or doubled one changes nothing.
 */
export class LaneConsumer {
  private readonly stopping = new AbortController();
  private readonly lanes = new Map<string, Lane>();
  private readonly scheduled = new Map<string, Millis>();
  private readonly pause = new Sleeper();
  private receiving: Promise<void> | null = null;

  constructor(private readonly parts: LaneConsumerParts) {}

  start(): void {
    this.receiving ??= this.receive();
  }

  /** Fulfilled when every lane has finished its round and let go of its lease. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.receiving;
    await Promise.all(
      [...this.lanes.values()].map((lane) => {
        lane.letGo();
        return lane.running;
      }),
    );
  }

  private async receive(): Promise<void> {
    const { signal } = this.stopping;
    const { queue, log } = this.parts;
    const stopping = (): boolean => signal.aborted;
    while (!stopping()) {
      try {
        const messages = await queue.receive(RECEIVE_MAX, RECEIVE_WAIT_MS, signal);
        for (const message of messages) this.take(message);
      } catch (error) {
        if (stopping()) return;
        log.error({ error }, 'the queue could not be read; it is tried again');
        await this.pause.sleep(PAUSE_AFTER_ERROR_MS, signal);
      }
    }
  }

  private take({ handle, wakeUp }: ReceivedWakeUp): void {
    if (this.stopping.signal.aborted) return; // not acknowledged: it comes again after its visibility timeout
    const key = signerKeyText(wakeUp.signer);
    const due = this.scheduled.get(key);
    if (due !== undefined && due <= this.parts.clock.now()) this.scheduled.delete(key);
    const lane = this.lanes.get(key);
    if (lane !== undefined) {
      lane.wake();
      void this.acknowledge(handle);
      return;
    }
    const started = new Lane(this.parts.timers);
    this.lanes.set(key, started);
    started.running = this.run(wakeUp.signer, started, handle).catch((error: unknown) => {
      this.parts.log.error(
        { signer: wakeUp.signer.address, error },
        'a lane failed; the queue or the sweeper brings it back',
      );
      this.lanes.delete(key);
    });
  }

  private async run(signer: SignerKey, lane: Lane, handle: string): Promise<void> {
    const { leases, timers } = this.parts;
    do {
      const outcome = await withLease(leases, timers, laneLease(signer), (token, isLost) =>
        this.rounds(signer, lane, token, isLost),
      );
      // Marked wanted: who has it looks once more. A message that came meanwhile may be newer than that look, so it marks anew.
      if (outcome.kind === 'done' && outcome.wanted) lane.wake();
    } while (lane.takeWakeUp() && !this.stopping.signal.aborted);
    // In the same turn of the event loop as the last look: a message that comes later starts the lane anew.
    this.lanes.delete(signerKeyText(signer));
    await this.acknowledge(handle);
  }

  /** Runs the lane, and again whenever it is woken; a lane that is busy keeps its lease, since each taking and letting go is a commit. */
  private async rounds(signer: SignerKey, lane: Lane, token: LeaseToken, isLost: () => boolean): Promise<void> {
    const stopping = (): boolean => this.stopping.signal.aborted;
    const between: BetweenRounds = { stopping, pause: (ms) => lane.rest(ms, stopping) };
    do {
      lane.takeWakeUp();
      const dueAt = await this.parts.runLane.run(signer, token, between);
      if (dueAt !== null) await this.wakeLater(signer, dueAt);
      await lane.idle(LINGER_MS, stopping);
      // With a lease that has passed on nothing would ever be written: it is taken anew.
    } while (lane.isWoken && !stopping() && !isLost());
  }

  /** One message for a signer: an earlier one that is on its way makes a later one needless. */
  private async wakeLater(signer: SignerKey, dueAt: Millis): Promise<void> {
    const { queue, clock } = this.parts;
    const now = clock.now();
    const delayMs = Math.max(dueAt - now, SOONEST_MS);
    // What the queue makes of it: the message comes then, and if nothing else is planned by then, the next one follows it.
    const comesAt = now + Math.min(delayMs, LONGEST_DELAY_MS);
    const key = signerKeyText(signer);
    const planned = this.scheduled.get(key);
    if (planned !== undefined && planned > now && planned <= comesAt) return;
    await queue.publishLater([{ signer, ids: [] }], delayMs);
    this.scheduled.set(key, comesAt);
  }

  private async acknowledge(handle: string): Promise<void> {
    try {
      await this.parts.queue.ack([handle]);
    } catch (error) {
      this.parts.log.warn({ error }, 'a wake-up could not be acknowledged; it will come again');
    }
  }
}
