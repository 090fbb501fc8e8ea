import { afterEach, expect, it } from 'vitest';
import { sha256 } from '../../../src/adapters/inbound/http/auth/sha256.ts';
import { listen } from '../../../src/adapters/inbound/http/listen.ts';
import { EventReader } from '../../support/event-reader.ts';
import { fakeApp } from '../../support/http-app.ts';
import { fresh, memory } from '../../support/storage.ts';
import { until } from '../../support/until.ts';

const MINUTE = 60_000;
const BEAT = 15_000;
const storage = fresh(memory);
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

it('a session of which nothing but an open stream is left ends when it has been idle for too long', async () => {
  const { accounts } = storage();
  const fake = fakeApp((deps) => {
    const { admin } = deps.parts;
    if (!admin) throw new Error('the part is there');
    return { ...deps, parts: { ...deps.parts, admin: { ...admin, accounts, sessionIdleMs: 30 * MINUTE } } };
  });
  const now = fake.clock.now();
  await accounts.addUser({ username: 'ann', role: 'viewer', passwordHash: 'hash', configuredHash: null }, now);
  const session = { username: 'ann', passwordHash: 'hash', expiresAt: now + 12 * 60 * MINUTE };
  await accounts.openSession(sha256('token'), session, now);
  const server = await listen(fake.app, { host: '127.0.0.1', port: 0 });
  closers.push(async () => {
    fake.events.close();
    await server.close(0);
  });
  const url = `http://127.0.0.1:${server.port}/v1/admin/events`;
  const reader = await EventReader.open(url, { authorization: 'Bearer token' });
  await until('it is open', () => reader.retryMs);
  for (let beats = 1; beats * BEAT <= 45 * MINUTE && !reader.over; beats++) {
    fake.clock.advance(BEAT);
    await until('a heartbeat, or the end', () => reader.over || reader.comments.length >= beats);
    // The question whether it may go on is asked with the heartbeat.
    await until('it is answered', async () => (await accounts.users()).length);
  }
  expect(await accounts.findSession(sha256('token'), fake.clock.now(), 30 * MINUTE)).toBeNull();
});
