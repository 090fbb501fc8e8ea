import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 10;

/** Asks until the answer is there, since the work goes on elsewhere. Fails with the last answer in hand where it does not come. */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | null | undefined | false> | Value | null | undefined | false,
  { withinMs = 60_000, everyMs = EVERY_MS } = {},
): Promise<Value> {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await delay(everyMs);
  }
}
