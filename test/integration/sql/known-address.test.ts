import { expect, it } from 'vitest';
import { ScryptPasswords } from '../../../src/adapters/outbound/crypto/scrypt-passwords.ts';
import { SignIn } from '../../../src/application/use-cases/sign-in.ts';
import { fresh, memory } from '../../support/storage.ts';

const DAY = 24 * 60 * 60_000;
const passwords = new ScryptPasswords({ N: 2, r: 8, p: 1 });
const cipher = {
  blindIndex: async (purpose: string, values: readonly string[]) =>
    values.map((value) => Buffer.from(`${purpose} ${value}`).subarray(0, 50)),
};
const storage = fresh(memory);

it('an address is its user’s for 30 days from the last sign-in there, not from the first', async () => {
  const { accounts, counters, clock } = storage();
  const passwordHash = await passwords.hash('right');
  await accounts.addUser({ username: 'ann', role: 'administrator', passwordHash, configuredHash: null }, clock.now());
  const on = new SignIn({ accounts, counters, passwords, cipher, clock, sessionMs: DAY });
  let token = 0;
  const attempt = (password: string, address: string) =>
    on.signIn({ username: 'ann', password, address, tokenHash: new Uint8Array(32).fill(++token) });
  for (let day = 0; day < 30; day += 1) {
    expect(await attempt('right', 'office')).toMatchObject({ kind: 'signedIn' });
    clock.advance(DAY);
  }
  for (let n = 0; n < 10; n++) await attempt('wrong', `bot-${n}`);
  expect(await attempt('right', 'office')).toMatchObject({ kind: 'signedIn' });
});
