import { expect, it } from 'vitest';
import { RecordingMetrics } from '../../../src/adapters/outbound/observability/memory/recording-metrics.ts';
import { meteredReads } from '../../../src/application/metered-reads.ts';

class Reads {
  readonly #rows = [1, 2];
  readonly first = (): Promise<number | undefined> => Promise.resolve(this.#rows[0]);
  at(index: number): Promise<number> {
    const row = this.#rows[index];
    return row === undefined ? Promise.reject(new Error('the database cannot answer now')) : Promise.resolve(row);
  }
}

it('counts reads that fail, and leaves answers and errors as they are', async () => {
  const metrics = new RecordingMetrics();
  const reads = meteredReads(new Reads(), metrics);
  expect([await reads.first(), await reads.at(1)]).toEqual([1, 2]);
  expect(metrics.recorded).toEqual([]);
  await expect(reads.at(7)).rejects.toThrow('cannot answer');
  expect(metrics.total('broadcaster_database_errors_total', { operation: 'read' })).toBe(1);
});
