import type { Probe } from '../../deps.ts';
import { json } from '../../answer.ts';
import { READINESS_TIMEOUT_MS, RETRY_AFTER_MS } from '../../limits.ts';
import { later } from '../../problem.ts';
import { route } from '../../route.ts';
import { readiness as readinessSchema } from '../../schemas/answers.ts';

export const readyz = route({
  part: 'operations',
  method: 'GET',
  path: '/readyz',
  who: 'anyone',
  name: 'readyz',
  summary: 'Are all parts working?',
  answers: { 200: { description: 'They are.', schema: readinessSchema } },
  problems: ['not_ready'],
  async handle({ readiness }) {
    const parts = await withinTime(readiness);
    const down = parts.filter(({ ok }) => !ok);
    if (down.length === 0) return json(200, { status: 'ready', parts });
    const detail = down.map(({ name, message }) => `${name}: ${message}`).join('; ');
    return later('not_ready', RETRY_AFTER_MS, { detail, parts });
  },
});

/** A probe that hangs or breaks is a part that is down. */
async function withinTime(readiness: () => Promise<readonly Probe[]>): Promise<readonly Probe[]> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<readonly Probe[]>((resolve) => {
    const answer = [{ name: 'readiness', ok: false, message: `no answer within ${READINESS_TIMEOUT_MS} ms` }];
    timer = setTimeout(() => {
      resolve(answer);
    }, READINESS_TIMEOUT_MS);
  });
  try {
    return await Promise.race([readiness(), tooLong]);
  } catch (error) {
    return [{ name: 'readiness', ok: false, message: error instanceof Error ? error.message : String(error) }];
  } finally {
    clearTimeout(timer);
  }
}
