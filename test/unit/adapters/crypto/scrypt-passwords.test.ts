import { expect, it } from 'vitest';
import { ScryptPasswords } from '../../../../src/adapters/outbound/crypto/scrypt-passwords.ts';

const CHEAP = { N: 2 ** 4, r: 8, p: 1 };
const passwords = new ScryptPasswords(CHEAP);

it('holds what it needs to check beside the hash, and never the same twice', async () => {
  const [one, other] = [await passwords.hash('right'), await passwords.hash('right')];
  expect(one).toMatch(/^\$scrypt\$ln=4,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(one).not.toBe(other);
  for (const hash of [one, other]) {
    expect(await passwords.verify('right', hash)).toBe('right');
    expect(await passwords.verify('wrong', hash)).toBe('wrong');
    expect(await passwords.verify('', hash)).toBe('wrong');
  }
});

it('knows parameters of another time', async () => {
  for (const cost of [
    { ...CHEAP, N: 2 ** 5 },
    { ...CHEAP, r: 4 },
    { ...CHEAP, p: 2 },
  ]) {
    const hash = await new ScryptPasswords(cost).hash('right');
    expect(await passwords.verify('right', hash)).toBe('outdated');
    expect(await passwords.verify('wrong', hash)).toBe('wrong');
  }
});

it('takes the same text by other code points, and text that is none', async () => {
  const hash = await passwords.hash('caf\u00e9');
  expect(await passwords.verify('cafe\u0301', hash)).toBe('right');
  expect(await passwords.verify('\ud800', hash)).toBe('wrong');
});

it("checks nobody's password, which is wrong", async () => {
  expect(await passwords.verify('right', null)).toBe('wrong');
  await expect(passwords.verify('right', 'no hash')).rejects.toThrow('not in its form');
});

it('takes 16 MiB and five passes where nothing else is said', async () => {
  const hash = await new ScryptPasswords().hash('right');
  expect(hash).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/);
  expect(await new ScryptPasswords().verify('right', hash)).toBe('right');
});
