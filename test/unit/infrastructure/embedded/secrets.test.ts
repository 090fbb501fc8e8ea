import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GivenSecrets } from '../../../../src/infrastructure/config/secrets.ts';
import { loadSecrets, noteShown, SecretsUnreadable } from '../../../../src/infrastructure/embedded/secrets.ts';

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

const load = (given: GivenSecrets, sealed = false) => loadSecrets(folder, given, sealed);

describe('secrets of the embedded default', () => {
  test('are generated once and kept in a file that only its owner reads', () => {
    const first = load(NOTHING);
    expect(new Set(Object.values(first.origins))).toEqual(new Set(['generated']));
    expect(first.file).toBe(join(folder, 'secrets.json'));
    expect(statSync(first.file).mode & 0o777).toBe(0o600);
    expect(first.secrets.fieldEncryptionKey).toHaveLength(32);
    expect(first.secrets.apiKeys[0]?.client).toBe('default');

    noteShown(first, new Date());
    const second = load(NOTHING);
    expect(new Set(Object.values(second.origins))).toEqual(new Set(['kept']));
    expect(second.secrets).toEqual(first.secrets);
  });

  test('are to be shown until a banner has shown them, however many starts that takes', () => {
    const first = load(NOTHING);
    const second = load(NOTHING);
    expect(second.secrets).toEqual(first.secrets);
    expect(second.origins).toEqual(first.origins);
    const before = JSON.parse(readFileSync(first.file, 'utf8')) as object;
    noteShown(second, new Date(0));
    const after = JSON.parse(readFileSync(first.file, 'utf8')) as object;
    expect(after).toEqual({ ...before, shownAt: '1970-01-01T00:00:00.000Z' });
    expect(statSync(first.file).mode & 0o777).toBe(0o600);
    const third = load(NOTHING);
    expect(third.secrets).toEqual(first.secrets);
    noteShown(third, new Date());
    expect(JSON.parse(readFileSync(first.file, 'utf8'))).toEqual(after);
  });

  test('one that is made later is to be shown too', () => {
    noteShown(load({ ...NOTHING, apiKeys: ALL.apiKeys }), new Date());
    expect(load({ ...NOTHING, apiKeys: ALL.apiKeys }).origins.adminPassword).toBe('kept');
    load(NOTHING); // and this start fails
    expect(load(NOTHING).origins.apiKeys).toBe('generated');
  });

  test('a banner that shows none of them notes nothing', () => {
    const loaded = load({ ...ALL, fieldEncryptionKey: null });
    noteShown(loaded, new Date());
    expect(readFileSync(loaded.file, 'utf8')).not.toContain('shownAt');
    noteShown(load(ALL), new Date());
  });

  test('two folders have nothing in common', () => {
    const other = mkdtempSync(join(tmpdir(), 'secrets-'));
    const texts = [folder, other].map((path) => JSON.stringify(loadSecrets(path, NOTHING, false).secrets));
    rmSync(other, { recursive: true });
    expect(texts[0]).not.toBe(texts[1]);
  });

  test('what the environment gives is not generated, nor written down', () => {
    const { secrets, origins, file } = load({ ...ALL, fieldEncryptionKey: null });
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
    const { secrets, file } = load(ALL);
    expect(secrets).toEqual(ALL);
    expect(() => statSync(file)).toThrow('ENOENT');
  });

  test('a generated one outlives a time in which the environment gave its own', () => {
    const before = load(NOTHING).secrets;
    load(ALL);
    expect(load(NOTHING).secrets).toEqual(before);
  });

  test.each([
    '',
    '[]',
    '[]x',
    '{"API_KEYS":7}',
    '{"API_KEYS":"short"}',
    '{"FIELD_ENCRYPTION_KEY":"base64:AAAA"}',
    'null',
  ])('a damaged file (%s) is refused by name, not replaced and not quoted', (text) => {
    const file = join(folder, 'secrets.json');
    writeFileSync(file, text);
    expect(() => load(NOTHING)).toThrow(SecretsUnreadable);
    expect(() => load(NOTHING)).toThrow(file);
    expect(() => load(NOTHING)).not.toThrow('AAAA');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  describe('beside a database that is sealed already', () => {
    const file = () => join(folder, 'secrets.json');
    const refusal = (): string => {
      try {
        load(NOTHING, true);
      } catch (error) {
        if (error instanceof SecretsUnreadable) return error.message;
      }
      throw new Error('it was not refused');
    };

    test('a file that is missing is refused, and none is made', () => {
      expect(refusal()).toContain(`${file()} cannot be used (it is missing)`);
      expect(refusal()).toMatch(/restore the file from a backup.* delete the data folder /);
      expect(existsSync(file())).toBe(false);
    });

    test.each([
      ['{}', 'it holds no FIELD_ENCRYPTION_KEY'],
      ['{"API_KEYS":"default:0123456789abcdef"}', 'it holds no FIELD_ENCRYPTION_KEY'],
      ['[]', 'it is no object of texts'],
      ['{', 'it is no JSON'],
    ])('a file of %s is refused, and stays as it is', (text, reason) => {
      writeFileSync(file(), text);
      expect(refusal()).toContain(`${file()} cannot be used (${reason})`);
      expect(refusal()).toContain('restore the file from a backup');
      expect(readFileSync(file(), 'utf8')).toBe(text);
    });

    test('a key that is given stands for the file', () => {
      expect(load({ ...NOTHING, fieldEncryptionKey: ALL.fieldEncryptionKey }, true).origins.apiKeys).toBe('generated');
    });
  });

  test('a damaged file does not matter where everything is given', () => {
    writeFileSync(join(folder, 'secrets.json'), '[');
    expect(load(ALL).secrets).toEqual(ALL);
  });
});
