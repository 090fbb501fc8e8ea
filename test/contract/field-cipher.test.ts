import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { FieldCipherError, ForeignKeysError } from '../../src/adapters/outbound/crypto/field-cipher-error.ts';
import { KeyEncryptionKey, parseKeyEncryptionKey } from '../../src/adapters/outbound/crypto/key-encryption-key.ts';
import { rewrapDataKeys } from '../../src/adapters/outbound/crypto/key-ring.ts';
import { LiveKeyRing } from '../../src/adapters/outbound/crypto/live-key-ring.ts';
import { LocalFieldCipher } from '../../src/adapters/outbound/crypto/local-field-cipher.ts';
import { MemoryDataKeys } from '../../src/adapters/outbound/crypto/memory-data-keys.ts';
import { ManualClock } from '../../src/adapters/outbound/system/manual-clock.ts';
import type { DataKeyRecord, DataKeys, NewDataKey } from '../../src/application/ports/data-keys.ts';
import { dataKeysSuite } from './suites/data-keys.ts';
import { fieldCipherSuite } from './suites/field-cipher.ts';

const CLOCK = { now: () => 1_700_000_000_000 };
const CONTEXT = { table: 'revisions', column: 'request', rowId: '1' };
const KEK = randomBytes(32);
const OTHER_KEK = randomBytes(32);
const idOf = (kek: Uint8Array) => createHash('sha256').update(kek).digest('hex').slice(0, 16);

/** Rows as they are, for what no process does by itself: rotation, damage. */
class GivenDataKeys implements DataKeys {
  records: DataKeyRecord[] = [];
  reads = 0;
  all = async () => {
    this.reads += 1;
    return this.records;
  };
  add = (): Promise<never> => Promise.reject(new Error('not expected'));
  rotate = this.add;
  rewrap = this.add;
  reserve = async (id: number) => (this.records.some((one) => one.id === id && one.state === 'active') ? 1 : null);
}

const sealed = async (cipher: LocalFieldCipher) => {
  const [one] = await cipher.seal([{ plain: Buffer.from('secret'), context: CONTEXT }]);
  return [{ sealed: one ?? new Uint8Array(), context: CONTEXT }];
};
const rejection = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe('data keys in memory', () => {
  dataKeysSuite(async () => new MemoryDataKeys());
});

describe('the local field cipher', () => {
  const dataKeys = new MemoryDataKeys();
  fieldCipherSuite(() => LocalFieldCipher.create(dataKeys, KEK, [], CLOCK), { runs: 100 });

  it('makes one key of each purpose, wrapped, for a new database', async () => {
    const rows = new MemoryDataKeys();
    await LocalFieldCipher.create(rows, KEK, [], CLOCK);
    await LocalFieldCipher.create(rows, KEK, [], CLOCK);
    const records = await rows.all();
    const common = { state: 'active', wrappingKeyId: idOf(KEK), createdAt: CLOCK.now() };
    expect(records).toMatchObject([
      { ...common, purpose: 'envelope' },
      { ...common, purpose: 'index' },
    ]);
    expect(records.map((record) => record.wrapped.length)).toEqual([60, 60]);
  });

  it('agrees with a process that starts at the same time', async () => {
    const rows = new MemoryDataKeys();
    const create = () => LocalFieldCipher.create(rows, KEK, [], CLOCK);
    const [one, other] = await Promise.all([create(), create()]);
    expect(Buffer.from((await other.open(await sealed(one)))[0] ?? []).toString()).toBe('secret');
    expect(await one.blindIndex('p', ['v'])).toEqual(await other.blindIndex('p', ['v']));
  });

  it('still reads what an earlier key-encryption key wrapped', async () => {
    const rows = new MemoryDataKeys();
    const items = await sealed(await LocalFieldCipher.create(rows, KEK, [], CLOCK));
    const later = await LocalFieldCipher.create(rows, OTHER_KEK, [randomBytes(32), KEK], CLOCK);
    expect(Buffer.from((await later.open(items))[0] ?? []).toString()).toBe('secret');
  });

  it('refuses a database whose keys it does not have, names them, and leaves it as it is', async () => {
    const rows = new MemoryDataKeys();
    await LocalFieldCipher.create(rows, KEK, [], CLOCK);
    const before = await rows.all();
    const error = await rejection(LocalFieldCipher.create(rows, OTHER_KEK, [randomBytes(32)], CLOCK));
    expect(error).toBeInstanceOf(ForeignKeysError);
    expect(error).toMatchObject({ wrappingKeyIds: [idOf(KEK)], message: expect.stringContaining(idOf(KEK)) as string });
    for (const kek of [KEK, OTHER_KEK]) {
      for (const encoding of ['hex', 'base64'] as const) expect(inspect(error)).not.toContain(kek.toString(encoding));
    }
    expect(await rows.all()).toEqual(before);
  });

  it('refuses where a process with another key was faster', async () => {
    const theirs = new MemoryDataKeys();
    await LocalFieldCipher.create(theirs, OTHER_KEK, [], CLOCK);
    const late: DataKeys = Object.assign(new GivenDataKeys(), { add: (key: NewDataKey) => theirs.add(key) });
    expect(await rejection(LocalFieldCipher.create(late, KEK, [], CLOCK))).toBeInstanceOf(ForeignKeysError);
  });

  it('refuses wrapped keys that were changed or passed off for another purpose', async () => {
    const rows = new MemoryDataKeys();
    await LocalFieldCipher.create(rows, KEK, [], CLOCK);
    const [envelope, index] = (await rows.all()) as [DataKeyRecord, DataKeyRecord];
    const damaged = Buffer.from(index.wrapped);
    damaged[20] = (damaged[20] ?? 0) ^ 1;
    for (const wrapped of [damaged, envelope.wrapped, index.wrapped.subarray(0, 20)]) {
      const given = new GivenDataKeys();
      given.records = [envelope, { ...index, wrapped }];
      const error = await rejection(LocalFieldCipher.create(given, KEK, [], CLOCK));
      expect(error).toBeInstanceOf(FieldCipherError);
      expect(error).toMatchObject({
        message: `data key ${index.id} (index) was changed: its wrapping key does not open it`,
      });
    }
  });

  it('reads on, and writes by the new key, after another process rotated it', async () => {
    const first = new MemoryDataKeys();
    const second = new MemoryDataKeys();
    const before = await LocalFieldCipher.create(first, KEK, [], CLOCK);
    await LocalFieldCipher.create(second, KEK, [], CLOCK);
    const [envelope, index] = (await first.all()) as [DataKeyRecord, DataKeyRecord];
    const [next] = (await second.all()) as [DataKeyRecord];
    const rows = new GivenDataKeys();
    rows.records = [envelope, index];
    const running = await LocalFieldCipher.create(rows, KEK, [], CLOCK);
    rows.records = [{ ...envelope, state: 'retired' }, index, { ...next, id: 2 ** 32 - 1 }];
    const rotated = await LocalFieldCipher.create(rows, KEK, [], CLOCK);

    const reads = rows.reads;
    const items = [...(await sealed(before)), ...(await sealed(rotated)), ...(await sealed(rotated))];
    expect((await running.open(items)).map((plain) => Buffer.from(plain).toString())).toEqual([
      'secret',
      'secret',
      'secret',
    ]);
    expect(rows.reads).toBe(reads + 1);
    const written = (await sealed(running))[0]?.sealed ?? new Uint8Array();
    expect(Buffer.from(written).readUInt32BE(1)).toBe(2 ** 32 - 1);
  });

  it('takes keys of 32 bytes only', async () => {
    await expect(LocalFieldCipher.create(new MemoryDataKeys(), randomBytes(16), [], CLOCK)).rejects.toThrow(RangeError);
  });

  it('takes no purpose that could run into the value', async () => {
    const cipher = await LocalFieldCipher.create(new MemoryDataKeys(), KEK, [], CLOCK);
    await expect(cipher.blindIndex('a\0b', ['c'])).rejects.toThrow(RangeError);
  });
});

describe('FIELD_ENCRYPTION_KEY', () => {
  it('is base64: and 32 bytes', () => {
    expect(parseKeyEncryptionKey(`base64:${KEK.toString('base64')}`)).toEqual(KEK);
  });

  it.each([
    '',
    'base64:',
    KEK.toString('base64'),
    `base64:${randomBytes(31).toString('base64')}`,
    `base64:${randomBytes(33).toString('base64')}`,
    'base64:' + '-'.repeat(43),
  ])('is not %s', (text) => {
    expect(parseKeyEncryptionKey(text)).toBeNull();
  });
});

describe('data keys that are exchanged', () => {
  const DAY = 86_400_000;
  const idIn = (items: Awaited<ReturnType<typeof sealed>>): number =>
    Buffer.from(items[0]?.sealed ?? []).readUInt32BE(1);
  const active = async (rows: MemoryDataKeys) =>
    (await rows.all()).find(({ purpose, state }) => purpose === 'envelope' && state === 'active');
  const rotate = async (rows: MemoryDataKeys): Promise<void> => {
    const ring = await LiveKeyRing.open(rows, new KeyEncryptionKey(KEK), [], CLOCK);
    await ring.rotate();
  };

  it('are noticed within five seconds by a process that only seals', async () => {
    const [rows, clock] = [new MemoryDataKeys(), new ManualClock()];
    const running = await LocalFieldCipher.create(rows, KEK, [], clock);
    const before = idIn(await sealed(running));
    await rotate(rows);
    clock.advance(4_999);
    expect(idIn(await sealed(running))).toBe(before);
    clock.advance(1);
    const items = await sealed(running);
    expect(idIn(items)).toBe((await active(rows))?.id);
    expect(idIn(items)).not.toBe(before);
  });

  it('are rotated after thirty days, by one of the processes', async () => {
    const [rows, clock] = [new MemoryDataKeys(), new ManualClock()];
    const both = await Promise.all([1, 2].map(() => LocalFieldCipher.create(rows, KEK, [], clock)));
    const first = await active(rows);
    clock.advance(30 * DAY - 1);
    await Promise.all(both.map(sealed));
    expect((await active(rows))?.id).toBe(first?.id);
    clock.advance(5_000);
    const ids = (await Promise.all(both.map(sealed))).map(idIn);
    expect(ids).toEqual([(await active(rows))?.id, (await active(rows))?.id]);
    expect(await rows.all()).toHaveLength(3);
  });

  it('are rotated before 2^30 uses, which are counted ten thousand at a time', async () => {
    const rows = new MemoryDataKeys();
    const running = await LocalFieldCipher.create(rows, KEK, [], CLOCK);
    const first = await active(rows);
    await sealed(running);
    await sealed(running);
    expect((await active(rows))?.uses).toBe(10_000);
    const many = Array.from({ length: 10_001 }, () => ({ plain: Buffer.from('x'), context: CONTEXT }));
    await running.seal(many);
    expect((await active(rows))?.uses).toBe(20_001);
    await rows.reserve(first?.id ?? 0, 2 ** 30 - 20_001);
    await running.seal(many.slice(0, 9_998));
    expect((await active(rows))?.id).toBe(first?.id);
    await running.seal(many);
    expect((await active(rows))?.id).not.toBe(first?.id);
  });

  it('stay in use where another process has wrapped them by a key that this one was not given', async () => {
    const [rows, clock] = [new MemoryDataKeys(), new ManualClock()];
    const running = await LocalFieldCipher.create(rows, KEK, [], clock);
    const items = await sealed(running);
    expect(await rewrapDataKeys(rows, new KeyEncryptionKey(OTHER_KEK), [new KeyEncryptionKey(KEK)])).toBe(2);
    expect(await rewrapDataKeys(rows, new KeyEncryptionKey(OTHER_KEK), [])).toBe(0);
    clock.advance(5_000);
    await sealed(running);
    // And the old one alone opens nothing of it any more, the new one alone everything.
    expect(await rejection(LocalFieldCipher.create(rows, KEK, [], clock))).toBeInstanceOf(ForeignKeysError);
    const next = await LocalFieldCipher.create(rows, OTHER_KEK, [], clock);
    expect(Buffer.from((await next.open(items))[0] ?? []).toString()).toBe('secret');
    expect(await next.blindIndex('p', ['v'])).toEqual(await running.blindIndex('p', ['v']));
  });

  it('are not rewrapped by who cannot open them', async () => {
    const rows = new MemoryDataKeys();
    await LocalFieldCipher.create(rows, KEK, [], CLOCK);
    const before = await rows.all();
    expect(await rejection(rewrapDataKeys(rows, new KeyEncryptionKey(OTHER_KEK), []))).toBeInstanceOf(ForeignKeysError);
    expect(await rows.all()).toEqual(before);
  });
});
