import type { Clock } from '../../../application/ports/clock.ts';
import type { Figures } from '../../../application/ports/figures.ts';
import type { Log } from '../../../application/ports/observability.ts';
import { Loop } from './loop.ts';

/** Often enough that few deltas are ever waiting, seldom enough that a minute's row is written a few times. */
const EVERY_MS = 5_000;

export const figuresLoop = (figures: Pick<Figures, 'fold'>, clock: Clock, log: Log): Loop =>
  new Loop({
    name: 'figures',
    log,
    pauseAfterErrorMs: EVERY_MS,
    turn: async () => ((await figures.fold(clock.now())).more ? 0 : EVERY_MS),
  });
