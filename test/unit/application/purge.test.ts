import { expect, it } from 'vitest';
import { Purge, type PurgeCommand } from '../../../src/application/use-cases/purge.ts';
import type { Retention } from '../../../src/application/ports/retention.ts';
import { fresh, openFile } from '../../support/storage.ts';
import { put, transactionId } from '../../support/stored.ts';
import { settled } from '../../support/transactions.ts';

const DAY_MS = 86_400_000;
/** When the storage's clock begins. */
const NOW = Date.UTC(2026, 0, 1);
const OLD = NOW - 100 * DAY_MS;
const storage = fresh(openFile);

const command = (changes: Partial<PurgeCommand> = {}): PurgeCommand => ({
  olderThanMs: 90 * DAY_MS,
  batch: 2,
  dryRun: false,
  actor: 'user:ann',
  stopping: new AbortController().signal,
  ...changes,
});
const purge = (more: { pause?: (ms: number) => Promise<void>; retention?: Retention } = {}): Purge => {
  const { ledger, clock, retention } = storage();

  return new Purge({ ledger, clock, retention, pause: () => Promise.resolve(), ...more });
};
const audit = async () =>
  (await storage().views.audit(10, null)).items.map(({ action, actor, detail }) => ({ action, actor, detail }));
const put5 = async (): Promise<void> => {
  for (let n = 1; n <= 5; n++) await put(storage(), n, settled('confirmed'), { at: OLD });
  await put(storage(), 6, settled('expired'), { at: OLD });
};
const left = async (): Promise<number> => (await storage().everything())['transactions']?.length ?? -1;

const counts = {
  confirmed: 5,
  reverted: 0,
  cancelled: 0,
  expired: 1,
  failed: 0,
  fillers: 0,
  resolvedFailures: 0,
  bulkJobs: 0,
};

it('forgets batch by batch, with a pause after each, and says on record what it did', async () => {
  await put5();
  const pauses: number[] = [];
  const done = await purge({ pause: (ms) => Promise.resolve(void pauses.push(ms)) }).run(command());
  expect(done).toEqual({ before: NOW - 90 * DAY_MS, counts, finished: true });
  expect(await left()).toBe(0);
  expect(pauses).toEqual([25, 25]);
  const olderThan = new Date(NOW - 90 * DAY_MS).toISOString();
  expect(await audit()).toEqual([
    { action: 'purge', actor: 'user:ann', detail: { olderThan, ...counts, finished: true } },
    { action: 'purge_begin', actor: 'user:ann', detail: { olderThan } },
  ]);
});

it('rests for as long as a commit took', async () => {
  await put5();
  const { retention, clock } = storage();
  const pauses: number[] = [];
  const slow: Retention = {
    count: (page) => retention.count(page),
    forget: async (page) => {
      const result = await retention.forget(page);
      clock.advance(400);
      return result;
    },
  };
  await purge({ retention: slow, pause: (ms) => Promise.resolve(void pauses.push(ms)) }).run(command());
  expect(pauses).toEqual([400, 400]);
});

it('only counts in a dry run', async () => {
  await put5();
  expect(await purge().run(command({ dryRun: true }))).toMatchObject({ counts, finished: true });
  expect(await left()).toBe(6);
  expect(await audit()).toEqual([]);
});

it('stops between two commits, says so, and goes on the next time', async () => {
  await put5();
  const stopping = new AbortController();
  const stop = (): Promise<void> => {
    stopping.abort();
    return Promise.resolve();
  };
  const cut = await purge({ pause: stop }).run(command({ stopping: stopping.signal }));
  expect(cut).toMatchObject({ counts: { confirmed: 2 }, finished: false });
  expect((await audit())[0]).toMatchObject({ action: 'purge', detail: { confirmed: 2, finished: false } });
  expect(await purge().run(command())).toMatchObject({ counts: { confirmed: 3, expired: 1 }, finished: true });
});

it('notes what was forgotten where it fails on the way', async () => {
  await put5();
  const { retention } = storage();
  let calls = 0;
  const failing: Retention = {
    count: (page) => retention.count(page),
    forget: (page) => (++calls === 2 ? Promise.reject(new Error('no disk')) : retention.forget(page)),
  };
  await expect(purge({ retention: failing }).run(command())).rejects.toThrow('no disk');
  expect((await audit())[0]).toMatchObject({ action: 'purge', detail: { confirmed: 2, finished: false } });
  expect(await storage().views.one(transactionId(5))).not.toBeNull();
});
