import { describe, expect, it } from 'vitest';
import { everyPart, type Changes } from '../../../support/every-part.ts';
import type { Conflict } from '../../../../src/application/ports/ledger.ts';
import type { ChainId } from '../../../../src/domain/primitives.ts';
import { fresh, type OpenStorage, type Storage, type StorageCapabilities } from '../../../support/storage.ts';
import {
  CHAIN,
  commit,
  content,
  filler,
  jobId,
  LANE,
  newAttempt,
  newJob,
  put,
  putFiller,
  transactionId,
} from '../../../support/stored.ts';
import { block, failed, NOW, queued, signed, txHash } from '../../../support/transactions.ts';

interface Case {
  readonly name: string;
  readonly reason: Conflict['reason'];
  /** Puts what stands against it on record, and gives the part that meets it. */
  readonly arrange: (storage: Storage) => Promise<{ readonly part: Changes; readonly ids?: Conflict['ids'] }>;
}

const merge = (one: Changes, other: Changes): Changes => {
  const merged: Record<string, unknown> = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const before = merged[key];
    merged[key] =
      Array.isArray(before) && Array.isArray(value) ? [...(before as unknown[]), ...(value as unknown[])] : value;
  }
  return merged;
};

const pinned = (storage: Storage) =>
  commit(storage, {
    chains: [{ chainId: CHAIN, genesisHash: block(0).hash }],
    cursors: [{ chainId: CHAIN, from: null, to: block(5), blocks: [] }],
  });

const CASES: readonly Case[] = [
  {
    name: 'an item of a job was done already',
    reason: 'version',
    arrange: async (storage) => {
      await commit(storage, { newJobs: [newJob(1, [1, 2])] });
      const item = (n: number) =>
        ({ jobId: jobId(1), transactionId: transactionId(n), outcome: 'retried', why: null }) as const;
      await commit(storage, { jobItems: [item(1)] });
      return { part: { jobItems: [item(1), item(2)] }, ids: [transactionId(1)] };
    },
  },
  {
    name: 'an item that no job has',
    reason: 'version',
    arrange: async () => ({
      part: { jobItems: [{ jobId: jobId(1), transactionId: transactionId(1), outcome: 'retried', why: null }] },
      ids: [transactionId(1)],
    }),
  },
  {
    name: 'a row moved meanwhile; the ids are those of the rows that did',
    reason: 'version',
    arrange: async (storage) => {
      const [moved, stays, gone] = [
        await put(storage, 1, queued()),
        await put(storage, 2, queued()),
        queued({ id: transactionId(77) }),
      ];
      await commit(storage, {
        transactions: [{ before: moved, after: { ...moved, retry: { ...moved.retry, count: 1 } } }],
      });
      const transactions = [stays, moved, gone].map((before) => ({ before, after: before }));
      return { part: { transactions }, ids: [moved.id, gone.id] };
    },
  },
  {
    name: 'a filler moved meanwhile',
    reason: 'version',
    arrange: async (storage) => {
      const [moved, stays] = [await putFiller(storage, filler(1)), await putFiller(storage, filler(2))];
      await commit(storage, { fillers: [{ before: moved, after: { ...moved, tries: 1 } }] });
      return { part: { fillers: [stays, moved].map((before) => ({ before, after: before })) }, ids: [moved.id] };
    },
  },
  {
    name: 'two people edited the same row',
    reason: 'version',
    arrange: async (storage) => {
      const row = await put(storage, 1, failed({ liveNonce: null }));
      const part: Changes = {
        transactions: [{ before: row, after: queued({ id: row.id, revision: 1 }) }],
        revisions: [{ transactionId: row.id, number: 1, author: 'user:ann', reason: 'r', content: content() }],
      };
      await commit(storage, part);
      return { part, ids: [row.id] };
    },
  },
  {
    name: 'a nonce has another holder',
    reason: 'nonce',
    arrange: async (storage) => {
      await put(storage, 1, queued({ heldNonce: 5 }));
      const late = await put(storage, 2, queued());
      return { part: { transactions: [{ before: late, after: { ...late, heldNonce: 5 } }] }, ids: [late.id] };
    },
  },
  {
    name: 'a filler comes to a nonce that has a holder',
    reason: 'nonce',
    arrange: async (storage) => {
      await put(storage, 1, queued({ heldNonce: 5 }));
      return { part: { newFillers: [filler(5)] }, ids: [filler(5).id] };
    },
  },
  {
    name: 'two rows take one nonce in the same commit',
    reason: 'nonce',
    arrange: async (storage) => {
      const rows = [await put(storage, 1, queued()), await put(storage, 2, queued())];
      return { part: { transactions: rows.map((before) => ({ before, after: { ...before, heldNonce: 5 } })) } };
    },
  },
  {
    name: 'the bytes are another holder’s attempt',
    reason: 'hash',
    arrange: async (storage) => {
      await put(storage, 1, signed());
      const other = await put(storage, 2, queued());
      return { part: { newAttempts: [newAttempt(2, { hash: txHash(7) })] }, ids: [other.id] };
    },
  },
  {
    name: 'the bytes were another holder’s, who is through',
    reason: 'hash',
    arrange: async (storage) => {
      const first = await put(storage, 1, signed());
      await commit(storage, { closedAttempts: [{ holderId: first.id, mined: null }] });
      return { part: { newAttempts: [newAttempt(2, { hash: txHash(7) })] }, ids: [transactionId(2)] };
    },
  },
  {
    name: 'two holders bring the same bytes in one commit',
    reason: 'hash',
    arrange: async () => ({ part: { newAttempts: [1, 2].map((n) => newAttempt(n, { hash: txHash(7) })) } }),
  },
  {
    name: 'the signer’s row moved',
    reason: 'signer',
    arrange: async (storage) => {
      await commit(storage, { signers: [{ key: LANE }] });
      await commit(storage, { signers: [{ key: LANE, expectedVersion: 0 }] });
      return { part: { signers: [{ key: LANE, expectedVersion: 0 }] } };
    },
  },
  {
    name: 'the signer is not on record',
    reason: 'signer',
    arrange: async () => ({ part: { signers: [{ key: { ...LANE, chainId: 9 as ChainId }, expectedVersion: 0 }] } }),
  },
  {
    name: 'the lease has passed on',
    reason: 'fence',
    arrange: async (storage) => {
      const fence = await storage.leases.acquire('lane', 1_000);
      storage.clock.advance(1_000);
      await storage.leases.acquire('lane', 1_000);
      return { part: { fence: fence ?? undefined } as Changes };
    },
  },
  {
    name: 'the lease has ended, though nobody took it',
    reason: 'fence',
    arrange: async (storage) => {
      const fence = await storage.leases.acquire('lane', 1_000);
      storage.clock.advance(1_000);
      return { part: { fence: fence ?? undefined } as Changes };
    },
  },
  {
    name: 'there is no such lease',
    reason: 'fence',
    arrange: async () => ({ part: { fence: { name: 'nobody', token: 1 } } }),
  },
  {
    name: 'the cursor is elsewhere',
    reason: 'cursor',
    arrange: async (storage) => {
      await pinned(storage);
      return { part: { cursors: [{ chainId: CHAIN, from: block(5, 1), to: block(6), blocks: [] }] } };
    },
  },
  {
    name: 'there is a cursor already',
    reason: 'cursor',
    arrange: async (storage) => {
      await pinned(storage);
      return { part: { cursors: [{ chainId: CHAIN, from: null, to: block(6), blocks: [] }] } };
    },
  },
  {
    name: 'a jump, and an attempt of a failed row is live',
    reason: 'live',
    arrange: async (storage) => {
      await pinned(storage);
      await put(storage, 1, failed());
      return {
        part: { cursors: [{ chainId: CHAIN, from: block(5), to: block(60), blocks: [], onlyIfNothingLive: true }] },
      };
    },
  },
];

/** Whatever stands against one part of a commit, nothing of it is written. */
export function conflictsSuite(open: OpenStorage, { shared }: StorageCapabilities): void {
  const storage = fresh(open);

  describe('conflicts', () => {
    it.each(CASES)('$reason: $name', async ({ reason, arrange }) => {
      const others = await everyPart(storage());
      const { part, ids } = await arrange(storage());
      const before = await storage().everything();
      const result = await storage().ledger.commit({ step: 'settle', at: NOW, ...merge(others, part) });
      expect(result).toMatchObject({ kind: 'conflict', reason });
      if (ids !== undefined) expect([...(result as Conflict).ids].sort()).toEqual([...ids].sort());
      expect(await storage().everything()).toEqual(before);
      await commit(storage(), others);
      expect(await storage().everything()).not.toEqual(before);
    });

    it('do not meet who still has the lease', async () => {
      const fence = await storage().leases.acquire('lane', 1_000);
      storage().clock.advance(999);
      await commit(storage(), { signers: [{ key: LANE, nextNonce: 3 }], fence: fence ?? { name: 'lane', token: -1 } });
      expect((await storage().work.lane(LANE)).signer.nextNonce).toBe(3);
    });

    it('let one of two commits on the same row through', async () => {
      const row = await put(storage(), 1, queued());
      const move = () =>
        storage().ledger.commit({ step: 'settle', at: NOW, transactions: [{ before: row, after: row }] });
      const kinds = (await Promise.all([move(), move(), move()])).map(({ kind }) => kind);
      expect(kinds.sort()).toEqual(['committed', 'conflict', 'conflict']);
    });

    if (shared) {
      it('let one of two processes have a row, a nonce and a signer', async () => {
        const other = await storage().another();
        await commit(storage(), { signers: [{ key: LANE }] });
        const [one, two] = [await put(storage(), 1, queued()), await put(storage(), 2, queued())];
        const parts: readonly (readonly [Changes, Changes])[] = [
          [{ transactions: [{ before: one, after: one }] }, { transactions: [{ before: one, after: one }] }],
          [
            { transactions: [{ before: { ...one, version: 3 }, after: { ...one, heldNonce: 4 } }] },
            { transactions: [{ before: two, after: { ...two, heldNonce: 4 } }] },
          ],
          [{ signers: [{ key: LANE, expectedVersion: 0 }] }, { signers: [{ key: LANE, expectedVersion: 0 }] }],
        ];
        for (const [ours, theirs] of parts) {
          await commit(storage(), ours);
          const result = await other.ledger.commit({ step: 'settle', at: NOW, ...theirs });
          expect(result.kind).toBe('conflict');
        }
      });
    }
  });
}
