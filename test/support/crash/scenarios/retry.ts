import { until } from '../../until.ts';
import type { Life, Scenario, Stage } from '../scenario.ts';

/** An operator makes payments of creations that revert. */
export const retry: Scenario = {
  proxied: false,
  wishes: ({ wishes, passing }) => Array.from({ length: passing }, () => wishes.reverting()),
  act: mendAll,
  finish: (stage, origin) => mendAll(stage, { origin }),
};

async function mendAll({ client, operator }: Stage, { origin }: Pick<Life, 'origin'>): Promise<void> {
  for (const wish of client.wishes.filter(({ body }) => body['to'] === undefined)) {
    const id = client.ids.get(wish.key);
    if (id === undefined) continue;
    const seen = await until('the creation has failed', async () => {
      const reply = await client.one(origin, id);
      if (reply === null) return 'gone';
      return reply.body.revision > 0 ? 'mended' : reply.body.status === 'failed' && 'failed';
    });
    if (seen === 'gone') return;
    if (seen === 'failed' && !(await operator.mend(origin, id, wish))) return;
  }
}
