import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { knownClients } from '../../../../src/adapters/inbound/http/auth/client-keys.ts';
import { ManualClock } from '../../../../src/adapters/outbound/system/manual-clock.ts';
import type { ApiKeyRecord } from '../../../../src/application/ports/api-clients.ts';
import { LedgerUnavailable } from '../../../../src/application/ports/ledger-unavailable.ts';

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
const record = (client: string, key: string, lastUsedDay: string | null = null): ApiKeyRecord => ({
  client,
  hash: sha256(key),
  prefix: key.slice(0, 2),
  createdAt: 0,
  lastUsedDay,
});

class FakeKeys {
  records: ApiKeyRecord[] = [];
  reads = 0;
  readonly uses: string[] = [];
  broken: Error | null = null;

  async keys(): Promise<readonly ApiKeyRecord[]> {
    this.reads += 1;
    if (this.broken) throw this.broken;
    return this.records;
  }

  async noteUse(hash: Uint8Array, day: string): Promise<void> {
    if (this.broken) throw this.broken;
    this.uses.push(`${Buffer.from(hash).toString('hex').slice(0, 4)} ${day}`);
  }
}

function parts() {
  const [keys, clock] = [new FakeKeys(), new ManualClock(Date.UTC(2026, 0, 31, 23, 59, 50))];
  const given = new Map([
    ['shop', [sha256('given-1'), sha256('given-2')]],
    ['bank', [sha256('given-3')]],
  ]);
  return { keys, clock, find: knownClients(given, keys, clock) };
}

it('knows the clients of the environment and those of the database, a name in both by all its keys', async () => {
  const { keys, find } = parts();
  keys.records = [record('shop', 'added-1'), record('new', 'added-2')];
  const found = ['given-1', 'given-2', 'given-3', 'added-1', 'added-2', 'unknown', '', 'given-1 '].map(find);
  expect(await Promise.all(found)).toEqual(['shop', 'shop', 'bank', 'shop', 'new', null, null, null]);
});

it('compares the whole hash: one that begins like a known one is nobody', async () => {
  const { keys, find } = parts();
  const alike = record('shop', 'added');
  alike.hash[31] = (alike.hash[31] ?? 0) ^ 1;
  keys.records = [alike];
  expect(await find('added')).toBeNull();
});

it('takes what was changed two seconds ago, also after a long rest', async () => {
  const { keys, clock, find } = parts();
  expect(await find('added')).toBeNull();
  keys.records = [record('new', 'added')];
  clock.advance(1_999);
  expect(await find('added')).toBeNull();
  clock.advance(1);
  expect(await find('added')).toBe('new');
  keys.records = [];
  clock.advance(3_600_000);
  expect(await find('added')).toBeNull();
});

it('asks once in two seconds however many wrong keys come, at once or one by one', async () => {
  const { keys, clock, find } = parts();
  await Promise.all(Array.from({ length: 500 }, (_, n) => find(`wrong-${n}`)));
  for (let n = 0; n < 500; n++) await find(`wrong-${n}`);
  expect(keys.reads).toBe(1);
  clock.advance(2_000);
  await Promise.all(Array.from({ length: 500 }, (_, n) => find(`wrong-${n}`)));
  expect(keys.reads).toBe(2);
});

it('notes a use once a day, of keys of the database only', async () => {
  const { keys, clock, find } = parts();
  keys.records = [record('new', 'added'), record('old', 'used', '2026-01-31')];
  const short = sha256('added').toString('hex').slice(0, 4);
  for (const key of ['added', 'added', 'used', 'given-1', 'wrong']) await find(key);
  expect(keys.uses).toEqual([`${short} 2026-01-31`]);
  clock.advance(10_000);
  await find('added');
  expect(keys.uses).toEqual([`${short} 2026-01-31`, `${short} 2026-02-01`]);
});

it('takes a key whose use cannot be noted, and none where the keys cannot be read', async () => {
  const { keys, clock, find } = parts();
  keys.records = [record('new', 'added')];
  await find('wrong');
  keys.broken = new LedgerUnavailable('full');
  expect(await find('added')).toBe('new');
  clock.advance(2_000);
  await expect(find('added')).rejects.toThrow('full');
  keys.broken = null;
  expect(await find('added')).toBe('new');
});
