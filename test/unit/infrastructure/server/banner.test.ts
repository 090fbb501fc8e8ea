import { describe, expect, it } from 'vitest';
import type { Config } from '../../../../src/infrastructure/config/config.ts';
import { readConfig } from '../../../../src/infrastructure/config/read-config.ts';
import type { LoadedSecrets } from '../../../../src/infrastructure/embedded/secrets.ts';
import { banner } from '../../../../src/infrastructure/server/banner.ts';

const KEY = 'tb_0123456789abcdef';
const PASSWORD = 'correct horse';
type Origin = LoadedSecrets['origins']['apiKeys'];

function said(from: Origin): string {
  const read = readConfig({}, '/srv');
  if (!read.ok) throw new Error('the defaults are right');
  const config: Config = read.config;
  const secrets: LoadedSecrets = {
    secrets: {
      apiKeys: [{ client: 'default', secret: KEY }],
      adminPassword: PASSWORD,
      internalSecret: new Uint8Array(32),
      fieldEncryptionKey: new Uint8Array(32),
    },
    origins: { apiKeys: from, adminPassword: from, internalSecret: from, fieldEncryptionKey: from },
    file: '/srv/data/secrets.json',
    fileExisted: from === 'kept',
  };
  return banner({ config, secrets, origin: 'http://127.0.0.1:3000', rpcUrl: 'http://127.0.0.1:8545', chainId: 31_337 });
}

describe('the banner', () => {
  it('shows secrets that no banner has shown yet, and where they are', () => {
    const text = said('generated');
    for (const shown of [KEY, PASSWORD, '/srv/data/secrets.json', `Bearer ${KEY}`]) expect(text).toContain(shown);
  });

  it('has a line to paste that pays once, however often it is pasted', () => {
    expect(said('generated')).toMatch(/-H 'Idempotency-Key: \S+' .*'\nPasted again it answers the same transaction/);
  });

  it('names their file on every later start, and how a key is read from it', () => {
    const text = said('kept');
    expect(text).toMatch(/API key: +in \/srv\/data\/secrets\.json \(API_KEYS\)\n/);
    expect(text).toMatch(/Admin: +admin, password in \/srv\/data\/secrets\.json \(ADMIN_PASSWORD\)\n/);
    expect(text).toContain('NAME:KEY');
    for (const hidden of [KEY, PASSWORD]) expect(text).not.toContain(hidden);
  });

  it('names no file where the environment gave everything', () => {
    const text = said('given');
    expect(text).not.toContain('secrets.json');
    expect(text).toMatch(/Admin: +admin, password as you set it\n/);
    for (const hidden of [KEY, PASSWORD]) expect(text).not.toContain(hidden);
  });

  it('says that the console is not there yet', () => {
    expect(said('kept')).toMatch(/Console: +http:\/\/127\.0\.0\.1:3000\/ \(as yet a page of links: /);
  });
});
