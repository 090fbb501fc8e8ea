import type { Life, Scenario, Stage } from '../scenario.ts';

/** The client thinks better of what its signer cannot pay. */
export const cancel: Scenario = {
  proxied: false,
  wishes: ({ wishes, passing }) => Array.from({ length: passing }, () => wishes.unpayable()),
  act: cancelAll,
  finish: (stage, origin) => cancelAll(stage, { origin }),
};

async function cancelAll({ client }: Stage, { origin }: Pick<Life, 'origin'>): Promise<void> {
  for (const { key } of client.wishes.filter(({ end }) => end === 'cancelled')) {
    const id = client.ids.get(key);
    if (id !== undefined && !(await client.cancel(origin, id))) return;
  }
}
