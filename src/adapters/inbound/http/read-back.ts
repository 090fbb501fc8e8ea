import type { Views, TransactionView } from '../../../application/ports/views.ts';
import type { TransactionId } from '../../../domain/primitives.ts';

/** Reads one transaction as it stands, without attempts and events. */
export type ReadBack = (id: TransactionId) => Promise<TransactionView | null>;

interface Waiting {
  resolve(view: TransactionView | null): void;
  reject(error: unknown): void;
}

/**
 * Calls of the same turn of the event loop share one read: posts whose records were made durable by one commit are answered together,
 * so a query for each would cost more than the commit did.
 */
export function readTogether(views: Pick<Views, 'many'>): ReadBack {
  let waiting = new Map<TransactionId, Waiting[]>();

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = new Map();
    try {
      const found = new Map((await views.many([...batch.keys()])).map((view) => [view.id, view]));
      for (const [id, readers] of batch) for (const reader of readers) reader.resolve(found.get(id) ?? null);
    } catch (error) {
      for (const readers of batch.values()) for (const reader of readers) reader.reject(error);
    }
  }

  return (id) =>
    new Promise((resolve, reject) => {
      if (waiting.size === 0) setImmediate(() => void flush());
      const readers = waiting.get(id);
      if (readers) readers.push({ resolve, reject });
      else waiting.set(id, [{ resolve, reject }]);
    });
}
