import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldCipher, FieldContext, Sealed } from '../../../src/application/ports/field-cipher.ts';

const CONTEXT: FieldContext = {
  table: 'revisions',
  column: 'request',
  rowId: '0198f0a0-0000-7000-8000-000000000001/0',
};
const PLAIN = Buffer.from('{"to":"0x1111111111111111111111111111111111111111","value":"1"}');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What every FieldCipher does. `create` gives the same keys each time; `runs`: of each property. */
export function fieldCipherSuite(create: () => Promise<FieldCipher>, { runs }: { readonly runs: number }): void {
  const sealOne = async (cipher: FieldCipher, plain: Uint8Array, context: FieldContext): Promise<Sealed> =>
    (await cipher.seal([{ plain, context }]))[0] ?? new Uint8Array();
  const refused = expect.objectContaining({ name: 'FieldCipherError' }) as Error;

  describe('as a field cipher', () => {
    it('opens what it sealed, in order', async () => {
      const cipher = await create();
      const fields = fc.record({
        plain: fc.oneof(fc.uint8Array(), fc.uint8Array({ minLength: 5_000, maxLength: 6_000 })),
        context: fc.record({ table: fc.string(), column: fc.string(), rowId: fc.string({ unit: 'grapheme' }) }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(fields, { maxLength: 8 }), async (items) => {
          const sealed = await cipher.seal(items);
          const opened = await cipher.open(
            items.map(({ context }, index) => ({ context, sealed: sealed[index] as Sealed })),
          );
          expect(opened.map(hex)).toEqual(items.map(({ plain }) => hex(plain)));
        }),
        { numRuns: runs },
      );
    });

    it('opens what another process with the same keys sealed', async () => {
      const sealed = await sealOne(await create(), PLAIN, CONTEXT);
      const [opened] = await (await create()).open([{ sealed, context: CONTEXT }]);
      expect(hex(opened ?? new Uint8Array())).toBe(hex(PLAIN));
    });

    it('lays out version, key id, IV, ciphertext and tag, and shows nothing of the content', async () => {
      const sealed = await sealOne(await create(), PLAIN, CONTEXT);
      expect(sealed).toHaveLength(1 + 4 + 12 + PLAIN.length + 16);
      expect(sealed[0]).toBe(1);
      expect(Buffer.from(sealed).readUInt32BE(1)).toBeGreaterThan(0);
      expect(Buffer.from(sealed).includes('1111')).toBe(false);
    });

    it.each<[string, FieldContext]>([
      ['row', { ...CONTEXT, rowId: '0198f0a0-0000-7000-8000-000000000002/0' }],
      ['column', { ...CONTEXT, column: 'detail' }],
      ['table', { ...CONTEXT, table: 'attempts' }],
      ['place that reads the same', { ...CONTEXT, table: 'revision', column: 'srequest' }],
      ['place with its parts swapped', { ...CONTEXT, table: CONTEXT.column, column: CONTEXT.table }],
    ])('opens nothing in another %s', async (_name, context) => {
      const cipher = await create();
      const sealed = await sealOne(cipher, PLAIN, CONTEXT);
      await expect(cipher.open([{ sealed, context }])).rejects.toThrow(refused);
    });

    it('opens nothing of which a bit was flipped, wherever it is', async () => {
      const cipher = await create();
      const sealed = await sealOne(cipher, PLAIN, CONTEXT);
      for (let bit = 0; bit < sealed.length * 8; bit += 1) {
        const flipped = Buffer.from(sealed);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        await expect(cipher.open([{ sealed: flipped, context: CONTEXT }])).rejects.toThrow(refused);
      }
    });

    it('opens nothing that was cut, however short', async () => {
      const cipher = await create();
      const sealed = await sealOne(cipher, PLAIN, CONTEXT);
      for (let length = 0; length < sealed.length; length += 1) {
        await expect(cipher.open([{ sealed: sealed.subarray(0, length), context: CONTEXT }])).rejects.toThrow(refused);
      }
    });

    it('tells where it failed, and nothing of the content', async () => {
      const cipher = await create();
      const sealed = await sealOne(cipher, PLAIN, CONTEXT);
      const error = await cipher
        .open([{ sealed, context: { ...CONTEXT, rowId: 'elsewhere' } }])
        .catch((reason: unknown) => reason as Error);
      expect(error).toMatchObject({ message: expect.stringContaining('revisions.request of elsewhere') as string });
    });

    it('never seals twice under one IV', async () => {
      const cipher = await create();
      const ivs = new Set<string>();
      const items = Array.from({ length: 1_000 }, () => ({ plain: PLAIN.subarray(0, 1), context: CONTEXT }));
      for (let batch = 0; batch < 100; batch += 1) {
        for (const sealed of await cipher.seal(items)) ivs.add(hex(sealed.subarray(5, 17)));
      }
      expect(ivs.size).toBe(100_000);
    });

    it('gives a value the same index in every process, and another for another purpose', async () => {
      const [cipher, other] = [await create(), await create()];
      const values = ['0x1111111111111111111111111111111111111111', '', 'é', 'key-1'];
      const index = (await cipher.blindIndex('transactions.to', values)).map(hex);
      expect(index.every((one) => one.length === 64)).toBe(true);
      expect(new Set(index).size).toBe(values.length);
      expect((await other.blindIndex('transactions.to', values)).map(hex)).toEqual(index);
      const elsewhere = (await cipher.blindIndex('transactions.key', values)).map(hex);
      expect(elsewhere.filter((one) => index.includes(one))).toEqual([]);
    });
  });
}
