import { describe, expect, it } from 'vitest';
import type { JobItem } from '../../../src/application/change-set.ts';
import type { TransactionFilter } from '../../../src/application/ports/views.ts';
import { fresh, type OpenStorage } from '../../support/storage.ts';
import { commit, content, jobId, newJob, put, request, transactionId } from '../../support/stored.ts';
import { failed, NOW, queued } from '../../support/transactions.ts';

const ids = (...numbers: number[]) => numbers.map(transactionId);
const CLOSED = { code: 'closed', message: 'by user:ann' };

/** What every BulkJobs does, on what the ledger writes of them. */
export function bulkJobsContract(name: string, open: OpenStorage): void {
  const storage = fresh(open);
  const jobs = () => storage().jobs;
  const item = (job: number, n: number, outcome: JobItem['outcome'] = 'retried'): JobItem => ({
    jobId: jobId(job),
    transactionId: transactionId(n),
    outcome,
    why: outcome === 'retried' ? null : CLOSED,
  });

  describe(`bulk jobs on ${name}`, () => {
    it('are kept as they were asked for', async () => {
      const asked = newJob(1, [3, 1, 2], { requestId: 'r-1', reason: 'füñded ☂', filter: { q: '7', chainId: 1 } });
      await commit(storage(), { at: NOW + 1, newJobs: [asked] });
      const job = {
        id: jobId(1),
        state: 'running',
        createdAt: NOW + 1,
        createdBy: 'user:ann',
        requestId: 'r-1',
        reason: 'füñded ☂',
        filter: { q: '7', chainId: 1 },
        ...{ total: 3, retried: 0, skipped: 0, failed: 0 },
        finishedAt: null,
      };
      expect(await jobs().one(jobId(1))).toEqual({ ...job, failures: [], skips: [] });
      expect(await jobs().running()).toEqual(job);
      expect(await jobs().one(jobId(2))).toBeNull();
    });

    it('hold each transaction once', async () => {
      await expect(commit(storage(), { newJobs: [newJob(1, [1, 2, 1])] })).rejects.toThrow();
      expect(await jobs().one(jobId(1))).toBeNull();
    });

    it('give what is pending in their own order, up to a limit', async () => {
      await commit(storage(), { newJobs: [newJob(1, [5, 2, 4, 3]), newJob(2, [9])] });
      expect(await jobs().pending(jobId(1), 3)).toEqual(ids(5, 2, 4));
      await commit(storage(), { jobItems: [item(1, 2), item(1, 5, 'failed')] });
      expect(await jobs().pending(jobId(1), 9)).toEqual(ids(4, 3));
      expect(await jobs().pending(jobId(3), 9)).toEqual([]);
    });

    it('count what became of each, and are done with the last one', async () => {
      await commit(storage(), { newJobs: [newJob(1, [1, 2, 3, 4])] });
      await commit(storage(), { at: NOW + 1, jobItems: [item(1, 1), item(1, 2, 'skipped')] });
      const half = { state: 'running', retried: 1, skipped: 1, failed: 0, finishedAt: null };
      expect(await jobs().one(jobId(1))).toMatchObject(half);
      await commit(storage(), { at: NOW + 2, jobItems: [item(1, 4, 'failed'), item(1, 3)] });
      const all = { state: 'done', retried: 2, skipped: 1, failed: 1, finishedAt: NOW + 2 };
      expect(await jobs().one(jobId(1))).toMatchObject({
        ...all,
        failures: [{ transactionId: transactionId(4), ...CLOSED }],
        skips: [{ transactionId: transactionId(2), ...CLOSED }],
      });
      expect(await jobs().running()).toBeNull();
    });

    it('of several are counted apart, in one commit too', async () => {
      await commit(storage(), { newJobs: [newJob(1, [1]), newJob(2, [1, 2])] });
      await commit(storage(), { jobItems: [item(2, 1), item(1, 1, 'skipped')] });
      expect(await jobs().one(jobId(1))).toMatchObject({ state: 'done', retried: 0, skipped: 1 });
      expect(await jobs().one(jobId(2))).toMatchObject({ state: 'running', retried: 1, skipped: 0 });
    });

    it('show the first hundred that were not retried', async () => {
      const numbers = Array.from({ length: 103 }, (_, n) => 200 - n);
      await commit(storage(), { newJobs: [newJob(1, numbers)] });
      await commit(storage(), { jobItems: numbers.toReversed().map((n) => item(1, n, 'failed')) });
      const { failures, failed: count } = (await jobs().one(jobId(1))) ?? { failures: [], failed: 0 };
      expect(count).toBe(103);
      expect(failures.map(({ transactionId: id }) => id)).toEqual(ids(...numbers.slice(0, 100)));
    });

    it('without a transaction are done at once', async () => {
      await commit(storage(), { newJobs: [newJob(1, [])] });
      expect(await jobs().one(jobId(1))).toMatchObject({ state: 'done', total: 0, finishedAt: NOW });
      expect(await jobs().running()).toBeNull();
    });

    it('run one after the other, the oldest first', async () => {
      await commit(storage(), { at: NOW + 2, newJobs: [newJob(1, [1])] });
      await commit(storage(), { at: NOW + 1, newJobs: [newJob(3, [1]), newJob(2, [1])] });
      const order: unknown[] = [];
      for (let job = await jobs().running(); job !== null; job = await jobs().running()) {
        order.push(job.id);
        await commit(storage(), { jobItems: [{ ...item(1, 1), jobId: job.id }] });
      }
      expect(order).toEqual([2, 3, 1].map(jobId));
    });

    it('are listed newest first, page by page', async () => {
      await commit(storage(), { at: NOW + 1, newJobs: [newJob(2, [1]), newJob(1, [2]), newJob(3, [3])] });
      await commit(storage(), { at: NOW, newJobs: [newJob(4, [4])] });
      const found: unknown[] = [];
      let after = null;
      do {
        const page = await jobs().page(2, after);
        found.push(page.items.map(({ id }) => id));
        after = page.next;
      } while (after !== null);
      expect(found).toEqual([[3, 2].map(jobId), [1, 4].map(jobId)]);
    });
  });

  describe(`what a bulk job is made of, on ${name}`, () => {
    const fail = (n: number) => ({
      kind: 'opened' as const,
      transactionId: transactionId(n),
      code: 'would_revert' as const,
      message: 'm',
      nodeMessage: null,
    });
    /** Accepted in the order 3, 1, 2, 4, 5: 4 is closed, and 5 is not failed. */
    async function populate(): Promise<void> {
      const accepted = (key: string) => ({
        idempotencyKey: key,
        content: content({ idempotencyKey: key, request: request({ to: null }) }),
      });
      const one = failed({ liveNonce: null, attemptHash: null });
      await put(storage(), 3, one, { at: NOW });
      await put(storage(), 1, one, { at: NOW + 1 });
      await put(storage(), 2, one, { at: NOW + 1, accepted: accepted('k') });
      await put(storage(), 4, one, { at: NOW + 2, accepted: accepted('l') });
      await put(storage(), 5, queued(), { at: NOW + 3 });
      await commit(storage(), {
        failures: [
          ...[1, 2, 3, 4].map(fail),
          { kind: 'closed', transactionId: transactionId(4), by: 'user:ann', reason: 'r' },
        ],
      });
    }

    it.each<[TransactionFilter, readonly number[]]>([
      [{}, [3, 1, 2]],
      [{ createdAfter: NOW }, [1, 2]],
      [{ statuses: ['queued'] }, [3, 1, 2]],
      [{ closed: true }, [3, 1, 2]],
      [{ idempotencyKey: 'k' }, [2]],
      [{ idempotencyKey: 'l' }, []],
      [{ q: 'k' }, [2]],
      [{ q: transactionId(5) }, []],
      [{ client: 'nobody' }, []],
    ])('open failures by a filter, in the order of acceptance: %j', async (filter, numbers) => {
      await populate();
      expect(await jobs().openFailures(filter, 10)).toEqual(ids(...numbers));
      expect(await jobs().openFailures(filter, 1)).toEqual(ids(...numbers.slice(0, 1)));
    });

    it('ids in the order of acceptance, each once, unknown ones last', async () => {
      await populate();
      expect(await jobs().inOrder(ids(9, 5, 2, 1, 3, 2, 8, 9))).toEqual(ids(3, 1, 2, 5, 9, 8));
    });
  });
}
