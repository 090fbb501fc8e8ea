import { setTimeout as delay } from 'node:timers/promises';
import type { Life, Scenario, Stage } from '../scenario.ts';

/** As a client does that has more to pay from time to time. */
const PACE_MS = 100;

export const plain: Scenario = {
  proxied: false,
  act: async (stage, life) => {
    while (await paced(life)) await more(stage, life);
  },
};

async function more({ client, wishes }: Stage, life: Life): Promise<void> {
  client.want(wishes.payments(1));
  await client.send(life.origin);
}

/** False at the end of the life. */
const paced = async ({ over }: Life): Promise<boolean> => delay(PACE_MS, true, { signal: over }).catch(() => false);
