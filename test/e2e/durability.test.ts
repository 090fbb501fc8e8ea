import { Pool } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../support/e2e/service.ts';
import { newPayee, Stage } from '../support/e2e/stage.ts';
import { API_KEY } from '../support/server-process.ts';
import { traced, whyNoStrace, type SystemCall } from '../support/e2e/traced.ts';

const reason = whyNoStrace();
const REQUESTS = 12;

describe(`an accepted transaction${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  const stage = new Stage();
  let service: Service;
  beforeAll(async () => {
    if (reason !== null) return;
    const chain = await stage.chain();
    // Nothing but intake writes: what is made durable meanwhile is made so for it.
    const env = { ROLES: 'api', LOG_LEVEL: 'silent' };
    service = await stage.service({ dataDir: stage.folder(), rpcUrl: chain.url, until: 'listening', env });
    await service.post({ to: newPayee() });
  });
  afterAll(() => stage.close());

  const isRequest = ({ name, text }: SystemCall): boolean => name === 'read' && text.includes('POST /v1/transactions');
  const isAnswer = ({ name, text }: SystemCall): boolean => name.startsWith('write') && text.includes('HTTP/1.1 202');
  const isSync = ({ name }: SystemCall): boolean => name === 'fsync' || name === 'fdatasync';

  it.skipIf(reason !== null)('is on the disk before its 202 is sent', async () => {
    const calls = await traced(service.process.pid, stage.folder(), async () => {
      for (let n = 0; n < REQUESTS; n++) await service.post({ to: newPayee() });
    });
    const story = calls.flatMap((call) =>
      isRequest(call) ? ['request'] : isAnswer(call) ? ['answer'] : isSync(call) ? ['sync'] : [],
    );
    // The same calls one after the other are one.
    const steps = story.filter((step, i) => step !== story[i - 1]);
    const expected = Array.from({ length: REQUESTS }, () => ['request', 'sync', 'answer']).flat();
    expect(steps.filter((step, i) => !(step === 'sync' && steps[i - 1] === 'answer'))).toEqual(expected);
  });
});

it('those that come at the same time share a commit: each would cost a wait for the disk of its own', async () => {
  const stage = new Stage();
  try {
    const chain = await stage.chain();
    const env = { ROLES: 'api', LOG_LEVEL: 'silent' };
    const { origin } = await stage.service({ dataDir: stage.folder(), rpcUrl: chain.url, until: 'listening', env });
    const [connections, posts] = [32, 320];
    const pool = new Pool(origin, { connections });
    stage.add(() => pool.close());
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ to: newPayee() });
    let left = posts;
    const client = async (): Promise<void> => {
      for (; left > 0; left--) {
        const answer = await pool.request({ method: 'POST', path: '/v1/transactions', headers, body });
        expect(answer.statusCode).toBe(202);
        await answer.body.dump();
      }
    };
    await Promise.all(Array.from({ length: connections }, client));
    const metrics = await (await fetch(`${origin}/metrics`)).text();
    const commits = /^broadcaster_commits_total\{step="accept",outcome="committed"\} (\d+)$/m.exec(metrics)?.[1];
    expect(Number(commits)).toBeGreaterThan(0);
    expect(Number(commits)).toBeLessThan(posts / 2);
  } finally {
    await stage.close();
  }
});
