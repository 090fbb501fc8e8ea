import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { openFile, type Storage } from '../../support/storage.ts';
import { commit, newTransaction, transactionId } from '../../support/stored.ts';

/**
 * Writes as MySQL does: the number is given first, the row is seen some time later, and some numbers are given for nothing. Each has a
 * connection of its own, so that any order of commits comes about.
 */
const WRITER = `
const { workerData: { path, transactionId, at, numbers, commits, seed } } = require('node:worker_threads');
const database = require('better-sqlite3')(path, { timeout: 30_000 });
let state = seed;
const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
const next = new Int32Array(numbers);
const insert = database.prepare("INSERT INTO events (sequence, transaction_id, at, type, actor) VALUES (?, ?, ?, 'Signed', 'system')");
const write = database.transaction((own) => { for (const number of own) insert.run(number, transactionId, at); });
for (let i = 0; i < commits; i++) {
  const own = Array.from({ length: 1 + Math.floor(random() * 4) }, () => Atomics.add(next, 0, 1) + 1);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, random() * 8);
  if (random() > 0.1) write.immediate(own);
}
database.close();
`;

const open: Storage[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

describe('the feed under writers that commit at the same time', () => {
  it.each([1, 2, 3])('tells each event once, in order, whatever becomes visible when (seed %i)', async (seed) => {
    const storage = await openFile();
    open.push(storage);
    await commit(storage, { at: storage.clock.now(), accepted: [newTransaction(1)] });
    const numbers = new SharedArrayBuffer(4);
    const writers = [0, 1].map((n) => {
      const workerData = {
        ...{ path: storage.path, transactionId: transactionId(1), at: storage.clock.now(), numbers },
        ...{ commits: 60, seed: seed * 100 + n },
      };
      return new Worker(WRITER, { eval: true, workerData });
    });
    let running = writers.length;
    const ended = Promise.all(
      writers.map(async (writer) => {
        await once(writer, 'exit');
        running -= 1;
      }),
    );
    const seen: number[] = [];
    let [position, waited] = [0, 0];
    const read = async (): Promise<boolean> => {
      const chunk = await storage.views.eventsAfter(position, 7);
      seen.push(...chunk.events.map(({ sequence }) => sequence));
      position = chunk.position;
      return chunk.more;
    };
    while (running > 0) {
      const newest = await storage.knex('events').max<{ newest: number | null }[]>('sequence as newest');
      const more = await read();
      if (!more && (newest[0]?.newest ?? 0) > position) waited += 1;
      await new Promise(setImmediate);
    }
    await ended;
    storage.clock.advance(10_000); // what is missing now, nobody will write
    while (await read());
    const stored = await storage.knex('events').orderBy('sequence').select<{ sequence: number }[]>('sequence');
    expect(seen).toEqual(stored.map(({ sequence }) => sequence));
    expect(seen.length).toBeGreaterThan(100);
    expect(waited, 'it had to wait for late rows').toBeGreaterThan(0);
    expect(seen.at(-1), 'some numbers were never used').toBeGreaterThan(seen.length);
  });
});
