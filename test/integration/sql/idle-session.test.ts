import { expect, it } from 'vitest';
import { fresh, memory } from '../../support/storage.ts';

const SECOND = 1_000;
const storage = fresh(memory);

it.each([1, 2, 30])('a session whose last call is younger than %i minutes is not over', async (minutes) => {
  const { accounts, clock } = storage();
  const idleMs = minutes * 60 * SECOND;
  const token = new Uint8Array(32).fill(1);
  await accounts.addUser({ username: 'ann', role: 'viewer', passwordHash: 'hash', configuredHash: null }, clock.now());
  const session = { username: 'ann', passwordHash: 'hash', expiresAt: clock.now() + 12 * 3_600 * SECOND };
  await accounts.openSession(token, session, clock.now());
  // The last call before a pause that is a little shorter than what is let pass.
  clock.advance(30 * SECOND);
  expect(await accounts.findSession(token, clock.now(), idleMs)).not.toBeNull();
  clock.advance(idleMs - 10 * SECOND);
  expect(await accounts.findSession(token, clock.now(), idleMs)).not.toBeNull();
});
