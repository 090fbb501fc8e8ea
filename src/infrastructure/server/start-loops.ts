import type { Container } from 'inversify';
import { LaneConsumer } from '../../adapters/inbound/queue/lane-consumer.ts';
import type { Loop } from '../../adapters/inbound/loops/loop.ts';
import { relayLoop } from '../../adapters/inbound/loops/relay-loop.ts';
import { sweepLoop } from '../../adapters/inbound/loops/sweep-loop.ts';
import { trackerLoop } from '../../adapters/inbound/loops/tracker-loop.ts';
import { T } from '../container/tokens.ts';

const SWEEP_MS = 1_000;
const POLL_MS = 200;

export interface RunningLoops {
  /** A commit has something to publish. */
  onOutbox(): void;
  /** Fulfilled when every turn and round in hand is done. */
  stop(): Promise<void>;
}

/** The loops of this process's roles. */
export function startLoops(container: Container): RunningLoops {
  const { config, chainId } = container.get(T.Foundation);
  const [log, clock, timers, leases, queue] = [
    container.get(T.Log),
    container.get(T.Clock),
    container.get(T.Timers),
    container.get(T.Leases),
    container.get(T.Queue),
  ];
  const loops: (Loop | LaneConsumer)[] = [];
  let relay: Loop | null = null;
  if (config.roles.includes('worker')) {
    relay = relayLoop(container.get(T.Relay), log);
    const consumer = new LaneConsumer({ queue, leases, runLane: container.get(T.RunLane), clock, timers, log });
    loops.push(relay, consumer, sweepLoop(container.get(T.Sweep), log, SWEEP_MS));
  }
  if (config.roles.includes('tracker')) {
    loops.push(trackerLoop({ chainId, tracker: container.get(T.Track), leases, timers, log, pollMs: POLL_MS }));
  }
  for (const loop of loops) loop.start();
  // A restart may find work at hand in every lane: they are looked through at once, not when something in them is due.
  const awake = container
    .get(T.Signers)
    .list()
    .map((signer) => ({ signer, ids: [] }));
  if (config.roles.includes('worker')) void queue.publish(awake).catch(() => undefined);
  return {
    onOutbox: () => relay?.wake(),
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
