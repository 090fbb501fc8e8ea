import { until } from '../../until.ts';
import type { Scenario } from '../scenario.ts';

/** What is posted lies in the node's pool before the next block comes, so the process dies over blocks that concern it. */
export const blocks: Scenario = {
  proxied: false,
  prepare: ({ chain }) => chain.pause(),
  act: async ({ chain }, life) => {
    await until('something is in the pool', async () => {
      const { pending } = await chain.rpc<{ pending: string }>('txpool_status');
      return life.over.aborted || Number(pending) > 0;
    });
    chain.go();
  },
};
