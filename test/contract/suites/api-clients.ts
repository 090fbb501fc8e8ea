import { describe, expect, it } from 'vitest';
import { fresh, type OpenStorage } from '../../support/storage.ts';
import { NOW } from '../../support/transactions.ts';

const key = (client: string, fill: number) => ({
  client,
  hash: new Uint8Array(32).fill(fill),
  prefix: `tb_${fill}`,
  createdAt: NOW + fill,
});

/** What every ApiClients does. */
export function apiClientsContract(name: string, open: OpenStorage): void {
  const storage = fresh(open);
  const keys = async () =>
    (await storage().apiClients.keys()).map(({ client, prefix, hash, createdAt, lastUsedDay }) => [
      client,
      prefix,
      hash[0],
      hash.length,
      createdAt,
      lastUsedDay,
    ]);

  describe(`API clients on ${name}`, () => {
    it('begin with none, and give back what was added', async () => {
      const { apiClients } = storage();
      expect([await apiClients.clients(), await apiClients.keys()]).toEqual([[], []]);
      expect(await apiClients.add('shop', NOW)).toBe('added');
      expect(await apiClients.add('shop', NOW + 1)).toBe('exists');
      expect(await apiClients.add('bank', NOW + 2)).toBe('added');
      expect(await apiClients.clients()).toEqual([
        { name: 'bank', createdAt: NOW + 2 },
        { name: 'shop', createdAt: NOW },
      ]);
      expect(await apiClients.addKey(key('shop', 1))).toBe('added');
      expect(await keys()).toEqual([['shop', 'tb_1', 1, 32, NOW + 1, null]]);
    });

    it('hold two keys each, and a third where one was revoked', async () => {
      const { apiClients } = storage();
      await apiClients.add('shop', NOW);
      await apiClients.add('bank', NOW);
      expect(await apiClients.addKey(key('unheard-of', 1))).toBe('unknown');
      await apiClients.addKey(key('shop', 1));
      await apiClients.addKey(key('shop', 2));
      expect(await apiClients.addKey(key('shop', 3))).toBe('full');
      expect(await apiClients.addKey(key('bank', 4))).toBe('added');
      expect(await apiClients.revokeKey('bank', 'tb_1')).toBe('unknown');
      expect(await apiClients.revokeKey('shop', 'tb_1')).toBe('revoked');
      expect(await apiClients.revokeKey('shop', 'tb_1')).toBe('unknown');
      expect(await apiClients.addKey(key('shop', 3))).toBe('added');
      expect((await keys()).map(([client, prefix]) => [client, prefix])).toEqual([
        ['shop', 'tb_2'],
        ['shop', 'tb_3'],
        ['bank', 'tb_4'],
      ]);
    });

    it('hold two keys however many are added at once', async () => {
      const { apiClients } = storage();
      await apiClients.add('shop', NOW);
      const outcomes = await Promise.all([1, 2, 3, 4].map((fill) => apiClients.addKey(key('shop', fill))));
      expect(outcomes.sort()).toEqual(['added', 'added', 'full', 'full']);
    });

    it('go with their keys, and leave the others', async () => {
      const { apiClients } = storage();
      await apiClients.add('shop', NOW);
      await apiClients.add('bank', NOW);
      await apiClients.addKey(key('shop', 1));
      await apiClients.addKey(key('bank', 2));
      expect(await apiClients.remove('shop')).toBe('removed');
      expect(await apiClients.remove('shop')).toBe('unknown');
      expect((await apiClients.clients()).map((one) => one.name)).toEqual(['bank']);
      expect((await keys()).map(([client]) => client)).toEqual(['bank']);
    });

    it('remember the day that a key was used', async () => {
      const { apiClients } = storage();
      await apiClients.add('shop', NOW);
      await apiClients.addKey(key('shop', 1));
      await apiClients.addKey(key('shop', 2));
      await apiClients.noteUse(key('shop', 2).hash, '2026-01-31');
      expect((await keys()).map((one) => one[5])).toEqual([null, '2026-01-31']);
    });
  });
}
