import { mkdtempSync, rmSync } from 'node:fs';
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
