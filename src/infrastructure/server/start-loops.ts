import type { Parts } from '../container/create-container.ts';
import { LaneConsumer } from '../../adapters/inbound/queue/lane-consumer.ts';
import { bulkLoop } from '../../adapters/inbound/loops/bulk-loop.ts';
import type { Loop } from '../../adapters/inbound/loops/loop.ts';
import { figuresLoop } from '../../adapters/inbound/loops/figures-loop.ts';
import { relayLoop } from '../../adapters/inbound/loops/relay-loop.ts';
import { sweepLoop } from '../../adapters/inbound/loops/sweep-loop.ts';
import { TrackerLoop } from '../../adapters/inbound/loops/tracker-loop.ts';
import { T } from '../container/tokens.ts';

const SWEEP_MS = 1_000;
const POLL_MS = 200;
/** A batch of a bulk retry takes about as long. */
const BULK_PAUSE_MS = 20;

export interface RunningLoops {
  /** A commit has something to publish. */
  onOutbox(): void;
  /** The embedded chain has a new block. */
  onBlock(): void;
  /** Fulfilled when every turn and round in hand is done. */
  stop(): Promise<void>;
}

/** The loops of this process's roles. */
export function startLoops(parts: Parts): RunningLoops {
  const { config, chainId } = parts.get(T.Foundation);
  const [log, clock, timers, leases, queue] = [
    parts.get(T.Log),
    parts.get(T.Clock),
    parts.get(T.Timers),
    parts.get(T.Leases),
    parts.get(T.Queue),
  ];
  const loops: (Loop | LaneConsumer | TrackerLoop)[] = [];
  let relay: Loop | null = null;
  let tracker: TrackerLoop | null = null;
  if (config.roles.includes('worker')) {
    relay = relayLoop(parts.get(T.Relay), log);
    const consumer = new LaneConsumer({ queue, leases, runLane: parts.get(T.RunLane), clock, timers, log });
    const bulk = bulkLoop({ bulk: parts.get(T.RunBulkRetries), leases, timers, log, pauseMs: BULK_PAUSE_MS });
    parts.get(T.BulkCreated).listen(() => {
      bulk.wake();
    });
    loops.push(relay, consumer, sweepLoop(parts.get(T.Sweep), log, SWEEP_MS), bulk);
  }
  if (config.roles.includes('tracker')) {
    tracker = new TrackerLoop({ chainId, tracker: parts.get(T.Track), leases, timers, log, pollMs: POLL_MS });
    loops.push(tracker);
  }
  // In every process: whichever of them lives, what commits append does not pile up.
  loops.push(figuresLoop(parts.get(T.Figures), clock, log));
  for (const loop of loops) loop.start();
  // A restart may find work at hand in every lane: they are looked through at once, not when something in them is due.
  const awake = parts
    .get(T.Signers)
    .list()
    .map((signer) => ({ signer, ids: [] }));
  if (config.roles.includes('worker')) void queue.publish(awake).catch(() => undefined);
  return {
    onOutbox: () => relay?.wake(),
    onBlock: () => tracker?.wake(),
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
