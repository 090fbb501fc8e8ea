import type { Log } from '../../../application/ports/observability.ts';
import type { RelayWakeUps } from '../../../application/use-cases/relay-wake-ups.ts';
import { Loop } from './loop.ts';

const SAFETY_MS = 1_000;

/** Woken by each commit that has something to publish; the timer only finds what a dead process left. */
export const relayLoop = (relay: Pick<RelayWakeUps, 'run'>, log: Log): Loop =>
  new Loop({ name: 'relay', log, pauseAfterErrorMs: 1_000, turn: async () => ((await relay.run()) ? 0 : SAFETY_MS) });
