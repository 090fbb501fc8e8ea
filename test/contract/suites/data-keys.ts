import { describe, expect, it } from 'vitest';
import type { DataKeyRecord, DataKeys } from '../../../src/application/ports/data-keys.ts';

/** What every DataKeys does; `create` gives an empty one. */
export function dataKeysSuite(create: () => Promise<DataKeys>): void {
  const key = (purpose: DataKeyRecord['purpose'], fill: number) => ({
    purpose,
    wrappingKeyId: '0123456789abcdef',
    wrapped: new Uint8Array(60).fill(fill),
    createdAt: 1_700_000_000_000,
  });
  const plain = (record: DataKeyRecord | undefined) => record && { ...record, wrapped: [...record.wrapped] };

  describe('as data keys', () => {
    it('begins with none', async () => {
      expect(await (await create()).all()).toEqual([]);
    });

    it('adds the first of a purpose as the active one, and gives back what it was given', async () => {
      const dataKeys = await create();
      const added = await dataKeys.add(key('envelope', 1));
      const { wrapped, ...rest } = key('envelope', 1);
      expect(plain(added)).toEqual({ ...rest, id: added.id, state: 'active', uses: 0, wrapped: [...wrapped] });
      expect((await dataKeys.all()).map(plain)).toEqual([plain(added)]);
    });

    it('gives ids that four bytes hold, one for each key', async () => {
      const dataKeys = await create();
      const ids = [(await dataKeys.add(key('envelope', 1))).id, (await dataKeys.add(key('index', 2))).id];
      expect(new Set(ids).size).toBe(2);
      for (const id of ids) expect(Number.isInteger(id) && id > 0 && id < 2 ** 32).toBe(true);
    });

    it('lets the faster one stand', async () => {
      const dataKeys = await create();
      const [one, other] = await Promise.all([dataKeys.add(key('envelope', 1)), dataKeys.add(key('envelope', 2))]);
      expect(plain(other)).toEqual(plain(one));
      expect(plain(await dataKeys.add(key('envelope', 3)))).toEqual(plain(one));
      expect(await dataKeys.all()).toHaveLength(1);
    });

    it('puts a new one in the place of the active one, once', async () => {
      const dataKeys = await create();
      const first = await dataKeys.add(key('envelope', 1));
      const index = await dataKeys.add(key('index', 2));
      const [one, other] = await Promise.all([
        dataKeys.rotate(key('envelope', 3), first.id, 9),
        dataKeys.rotate(key('envelope', 4), first.id, 9),
      ]);
      expect(plain(other)).toEqual(plain(one));
      expect(one.id).not.toBe(first.id);
      expect((await dataKeys.all()).map(({ id, purpose, state }) => [id, purpose, state])).toEqual([
        [first.id, 'envelope', 'retired'],
        [index.id, 'index', 'active'],
        [one.id, 'envelope', 'active'],
      ]);
      expect(plain(await dataKeys.add(key('envelope', 5)))).toEqual(plain(one));
    });

    it('counts uses of the active one only, before they are made', async () => {
      const dataKeys = await create();
      const first = await dataKeys.add(key('envelope', 1));
      expect(await dataKeys.reserve(first.id, 10_000)).toBe(10_000);
      expect(await dataKeys.reserve(first.id, 5)).toBe(10_005);
      const next = await dataKeys.rotate(key('envelope', 2), first.id, 9);
      expect(await dataKeys.reserve(first.id, 5)).toBeNull();
      expect(await dataKeys.reserve(next.id, 5)).toBe(5);
      expect(await dataKeys.reserve(next.id + 1, 5)).toBeNull();
      expect((await dataKeys.all()).map(({ uses }) => uses)).toEqual([10_005, 5]);
    });

    it('holds the same keys wrapped by another, unless they were rewrapped meanwhile', async () => {
      const dataKeys = await create();
      const first = await dataKeys.add(key('envelope', 1));
      const index = await dataKeys.add(key('index', 2));
      const change = (id: number, from: number, to: number) => ({
        id,
        wrappingKeyId: 'other',
        wrapped: new Uint8Array(60).fill(to),
        wrappedBefore: new Uint8Array(60).fill(from),
      });
      expect(await dataKeys.rewrap([change(first.id, 1, 7), change(index.id, 9, 8)])).toBe(1);
      expect((await dataKeys.all()).map((one) => [one.wrappingKeyId, one.wrapped[0]])).toEqual([
        ['other', 7],
        [index.wrappingKeyId, 2],
      ]);
    });
  });
}
