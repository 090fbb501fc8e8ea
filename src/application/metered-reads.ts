import type { Metrics } from './ports/observability.ts';

/** Counts the reads that fail, whoever reads: a database that cannot commit often cannot answer either, and nobody may commit just then. */
export function meteredReads<Reads extends object>(reads: Reads, metrics: Metrics): Reads {
  return new Proxy(reads, {
    get(target, key) {
      const read: unknown = Reflect.get(target, key, target);
      if (typeof read !== 'function') return read;
      return async (...asked: unknown[]): Promise<unknown> => {
        try {
          return await (Reflect.apply(read, target, asked) as Promise<unknown>);
        } catch (error) {
          metrics.count('broadcaster_database_errors_total', 1, { operation: 'read' });
          throw error;
        }
      };
    },
  });
}
