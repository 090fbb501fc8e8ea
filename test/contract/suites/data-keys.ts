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
      expect(plain(added)).toEqual({ ...rest, id: added.id, state: 'active', wrapped: [...wrapped] });
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
  });
}
