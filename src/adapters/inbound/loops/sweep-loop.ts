import type { Log } from '../../../application/ports/observability.ts';
import type { Sweep } from '../../../application/use-cases/sweep.ts';
import { Loop } from './loop.ts';

export const sweepLoop = (sweep: Pick<Sweep, 'run'>, log: Log, everyMs: number): Loop =>
  new Loop({
    name: 'sweep',
    log,
    pauseAfterErrorMs: 1_000,
    turn: async () => {
      await sweep.run();
      return everyMs;
    },
  });
