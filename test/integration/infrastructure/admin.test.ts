import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { admin, makeRecord } from '../../support/admin.ts';
import { openSqlite } from '../../../src/adapters/outbound/sql/open-sqlite.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'admin-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('opens a database with the secrets beside it, and finds it as the server left it', async () => {
  await makeRecord(folder);
  expect(await admin(folder, ['signers'])).toEqual(['']);
});

it('refuses a folder without a database, makes none and no secrets', async () => {
  await expect(admin(folder, ['signers'])).rejects.toThrow('There is no database');
  await expect(admin(folder, ['signers', 'resume', '0x12', '--reason', 'x'])).rejects.toThrow(
    /0x12 is no address\.\n +npm run admin -- signers resume ADDRESS/,
  );
});

it('makes clients with keys that are shown once', async () => {
  await makeRecord(folder);
  const key = (said: readonly string[]) => said.at(-1) ?? '';
  const first = key(await admin(folder, ['clients', 'add', 'shop']));
  expect(first).toMatch(/^tb_[a-z2-9]{8}_[A-Za-z0-9_-]{43}$/);
  const second = key(await admin(folder, ['clients', 'add-key', 'shop']));
  await expect(admin(folder, ['clients', 'add-key', 'shop'])).rejects.toThrow('shop has 2 keys');
  await expect(admin(folder, ['clients', 'add', 'shop'])).rejects.toThrow('already');
  await expect(admin(folder, ['clients', 'add', 'a b'])).rejects.toThrow('npm run admin -- clients add NAME');
  await expect(admin(folder, ['clients', 'add-key', 'bank'])).rejects.toThrow('no client bank');
  const listed = (await admin(folder, ['clients'])).join('\n');
  for (const one of [first, second]) {
    expect(listed).toContain(`shop     ${one.slice(0, 11)}  `);
    expect(listed).not.toContain(one.slice(0, 20));
  }
  expect(listed).toMatch(/\ndefault +\(API_KEYS\)/);
  await admin(folder, ['clients', 'revoke-key', 'shop', first.slice(0, 11)]);
  await expect(admin(folder, ['clients', 'revoke-key', 'shop', first.slice(0, 11)])).rejects.toThrow('has no key');
  await admin(folder, ['clients', 'remove', 'shop']);
  expect((await admin(folder, ['clients'])).join('\n')).not.toContain('shop');
  await admin(folder, ['clients', 'add', 'default']);
  expect((await admin(folder, ['clients', 'remove', 'default'])).join('\n')).toContain('API_KEYS still names it');
  await expect(admin(folder, ['clients', 'remove', 'shop'])).rejects.toThrow('no client shop');
});

it('makes users, and takes no bad password', async () => {
  await makeRecord(folder);
  const made = await admin(folder, ['users', 'add', 'ann', '--role', 'administrator']);
  expect(made).toEqual([
    'ann can sign in as administrator. Password, shown this once:',
    expect.stringMatching(/^.{24}$/),
  ]);
  const ask = (typed: string | null) => admin(folder, ['users', 'add', 'bob', '--role', 'viewer', '--ask'], {}, typed);
  await expect(ask('password1234')).rejects.toThrow('anybody would try');
  await expect(ask(null)).rejects.toThrow('No password was given');
  await expect(admin(folder, ['users', 'add', 'bob', '--role', 'root'])).rejects.toThrow('no role root');
  expect(await ask('four words make one')).toEqual(['bob can sign in as viewer.']);
  await expect(ask('four words make one')).rejects.toThrow('already');
  for (const words of [
    ['disable', 'ann'],
    ['remove', 'ann'],
    ['set-role', 'ann', '--role', 'viewer'],
  ])
    await expect(admin(folder, ['users', ...words])).rejects.toThrow('ann is the last enabled administrator');
  await admin(folder, ['users', 'set-role', 'bob', '--role', 'administrator']);
  await admin(folder, ['users', 'disable', 'ann']);
  expect((await admin(folder, ['users'])).map((line) => line.split(/ +/).slice(0, 3))).toEqual([
    ['user', 'role', 'state'],
    ['ann', 'administrator', 'disabled'],
    ['bob', 'administrator', 'enabled'],
  ]);
  await admin(folder, ['users', 'enable', 'ann']);
  await admin(folder, ['users', 'set-password', 'bob', '--ask'], {}, 'other words make one');
  await admin(folder, ['users', 'remove', 'bob']);
  await expect(admin(folder, ['users', 'set-password', 'bob'])).rejects.toThrow('no user bob');
  expect(await admin(folder, ['sessions'])).toEqual(['session  user  role  since  last seen  ends']);
  await expect(admin(folder, ['sessions', 'revoke', '--user', 'ann'])).rejects.toThrow('no such session');
  await expect(admin(folder, ['sessions', 'revoke'])).rejects.toThrow('--id or --user');
});

it('exchanges the wrapping key: old and new, rewrap, new alone', async () => {
  await makeRecord(folder);
  const { FIELD_ENCRYPTION_KEY: old = '' } = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')) as Record<
    string,
    string
  >;
  const next = { FIELD_ENCRYPTION_KEY: `base64:${Buffer.alloc(32, 9).toString('base64')}` };
  const both = { ...next, FIELD_ENCRYPTION_KEYS_OLD: old };
  expect((await admin(folder, ['keys', 'status'], both)).at(-1)).toContain('2 data keys are wrapped by another key');
  expect(await admin(folder, ['keys', 'rewrap'], both)).toEqual([expect.stringMatching(/^2 data keys are wrapped by/)]);
  expect(await admin(folder, ['keys', 'rewrap'], both)).toEqual([expect.stringMatching(/already/)]);
  expect((await admin(folder, ['keys', 'status'], next)).at(-1)).toContain('FIELD_ENCRYPTION_KEYS_OLD is not needed');
  await expect(admin(folder, ['signers'])).rejects.toThrow('wrapped by a key');
});

it('makes another data key, and says what the older one still has', async () => {
  await makeRecord(folder);
  await admin(folder, ['clients', 'add', 'shop']); // its audit entries are sealed by the first key
  expect(await admin(folder, ['keys', 'rotate'])).toEqual([expect.stringContaining('Data key 3 is the active one')]);
  const [, first = '', , active = '', left] = await admin(folder, ['keys', 'status']);
  expect([first, active].map((line) => line.split(/ {2,}/))).toEqual([
    ['1', 'envelope', 'retired', expect.any(String), 'FIELD_ENCRYPTION_KEY', '2'],
    ['3', 'envelope', 'active', expect.any(String), 'FIELD_ENCRYPTION_KEY', '1'],
  ]);
  expect(left).toContain('2 values are sealed by older data keys');
  const knex = openSqlite(join(folder, 'broadcaster.sqlite'));
  await knex('data_keys').where('id', 3).decrement('created_at', 60_000); // as if it had settled
  await knex.destroy();
  expect(await admin(folder, ['keys', 'reseal'])).toEqual([
    expect.stringContaining('2 values are sealed anew by data key 3'),
  ]);
  expect((await admin(folder, ['keys', 'status']))[4]).toContain('Every value is sealed by the active data key');
});

it('refuses a database of another release', async () => {
  await makeRecord(folder);
  const knex = openSqlite(join(folder, 'broadcaster.sqlite'));
  await knex('schema_migrations').where('name', '0002-write-probes').delete();
  await knex.destroy();
  await expect(admin(folder, ['signers'])).rejects.toThrow('the tables of another release');
});

it('refuses a database whose key is not given', async () => {
  await makeRecord(folder);
  const FIELD_ENCRYPTION_KEY = `base64:${Buffer.alloc(32, 9).toString('base64')}`;
  await expect(admin(folder, ['signers'], { FIELD_ENCRYPTION_KEY })).rejects.toThrow('wrapped by a key');
});
