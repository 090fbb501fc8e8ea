import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GivenSecrets } from '../../../../src/infrastructure/config/secrets.ts';
import { loadSecrets, SecretsUnreadable } from '../../../../src/infrastructure/embedded/secrets.ts';

const NOTHING: GivenSecrets = { apiKeys: null, adminPassword: null, internalSecret: null, fieldEncryptionKey: null };
const ALL: GivenSecrets = {
  apiKeys: [{ client: 'shop', secret: '0123456789abcdef' }],
  adminPassword: 'correct horse',
  internalSecret: new Uint8Array(32).fill(1),
  fieldEncryptionKey: new Uint8Array(32).fill(2),
};

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'secrets-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('secrets of the embedded default', () => {
  test('are generated once and kept in a file that only its owner reads', () => {
    const first = loadSecrets(folder, NOTHING);
    expect(new Set(Object.values(first.origins))).toEqual(new Set(['generated']));
    expect(first.file).toBe(join(folder, 'secrets.json'));
    expect(statSync(first.file).mode & 0o777).toBe(0o600);
    expect(first.secrets.fieldEncryptionKey).toHaveLength(32);
    expect(first.secrets.apiKeys[0]?.client).toBe('default');

    const second = loadSecrets(folder, NOTHING);
    expect(new Set(Object.values(second.origins))).toEqual(new Set(['kept']));
    expect(second.secrets).toEqual(first.secrets);
  });

  test('two folders have nothing in common', () => {
    const other = mkdtempSync(join(tmpdir(), 'secrets-'));
    const texts = [folder, other].map((path) => JSON.stringify(loadSecrets(path, NOTHING).secrets));
    rmSync(other, { recursive: true });
    expect(texts[0]).not.toBe(texts[1]);
  });

  test('what the environment gives is not generated, nor written down', () => {
    const { secrets, origins, file } = loadSecrets(folder, { ...ALL, fieldEncryptionKey: null });
    expect(secrets).toMatchObject({ apiKeys: ALL.apiKeys, adminPassword: 'correct horse' });
    expect(origins).toEqual({
      apiKeys: 'given',
      adminPassword: 'given',
      internalSecret: 'given',
      fieldEncryptionKey: 'generated',
    });
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object)).toEqual(['FIELD_ENCRYPTION_KEY']);
  });

  test('all given: there is no file', () => {
    const { secrets, file } = loadSecrets(folder, ALL);
    expect(secrets).toEqual(ALL);
    expect(() => statSync(file)).toThrow('ENOENT');
  });

  test('a generated one outlives a time in which the environment gave its own', () => {
    const before = loadSecrets(folder, NOTHING).secrets;
    loadSecrets(folder, ALL);
    expect(loadSecrets(folder, NOTHING).secrets).toEqual(before);
  });

  test.each(['', '[]x', '{"API_KEYS":7}', '{"API_KEYS":"short"}', '{"FIELD_ENCRYPTION_KEY":"base64:AAAA"}', 'null'])(
    'a damaged file (%s) is refused by name, not replaced and not quoted',
    (text) => {
      const file = join(folder, 'secrets.json');
      writeFileSync(file, text);
      expect(() => loadSecrets(folder, NOTHING)).toThrow(SecretsUnreadable);
      expect(() => loadSecrets(folder, NOTHING)).toThrow(file);
      expect(() => loadSecrets(folder, NOTHING)).not.toThrow('AAAA');
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );
});
