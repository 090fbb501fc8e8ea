import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { KeyEncryptionKey } from '../../../src/adapters/outbound/crypto/key-encryption-key.ts';
import { LiveKeyRing } from '../../../src/adapters/outbound/crypto/live-key-ring.ts';
import { LocalFieldCipher } from '../../../src/adapters/outbound/crypto/local-field-cipher.ts';
import { SqlDataKeys } from '../../../src/adapters/outbound/sql/data-keys.ts';
import { sqlite } from '../../../src/adapters/outbound/sql/dialect/sqlite.ts';
import { Reseal } from '../../../src/adapters/outbound/sql/reseal.ts';
import { SEALED_COLUMNS } from '../../../src/adapters/outbound/sql/sealed-columns.ts';
import type { FieldCipher } from '../../../src/application/ports/field-cipher.ts';
import { everyPart } from '../../support/every-part.ts';
import { fresh, openFile } from '../../support/storage.ts';
import { commit, newJob, transactionId } from '../../support/stored.ts';

const KEY = Buffer.alloc(32, 0x5a);
let cipher: LocalFieldCipher;
const storage = fresh(() =>
  openFile(async (knex, clock) => {
    cipher = await LocalFieldCipher.create(new SqlDataKeys(knex, sqlite), KEY, [], clock);
    return cipher;
  }),
);
const noRest = async (): Promise<void> => undefined;
const resealBy = (by: FieldCipher) => new Reseal(storage().knex, sqlite, by);

/** Puts a new key in the place of the active one, which the open cipher has heard of. */
async function rotate(): Promise<number> {
  const ring = await LiveKeyRing.open(storage().dataKeys, new KeyEncryptionKey(KEY), [], storage().clock);
  const id = await ring.rotate();
  storage().clock.advance(5_000);
  return id;
}

/** What each sealed column says, by column. */
async function contents(by: FieldCipher = cipher): Promise<Readonly<Record<string, readonly string[]>>> {
  const all: Record<string, readonly string[]> = {};
  for (const { table, column, place } of SEALED_COLUMNS) {
    const rows = await storage().knex(table).whereNotNull(column).select<Record<string, unknown>[]>();
    const items = rows.map((row) => ({ sealed: row[column] as Uint8Array, context: place(row) }));
    all[`${table}.${column}`] = (await by.open(items)).map((plain) => Buffer.from(plain).toString()).sort();
  }
  return all;
}

beforeEach(async () => {
  await commit(storage(), await everyPart(storage()));
  const id = transactionId(92);
  await commit(storage(), {
    newJobs: [newJob(1, [92], { reason: 'funded', filter: { q: '7' } })],
    failures: [
      { kind: 'opened', transactionId: id, code: 'expired', message: 'm', nodeMessage: 'n' },
      { kind: 'closed', transactionId: id, by: 'user:ann', reason: 'paid' },
    ],
    audit: Array.from({ length: 230 }, (_, n) => ({
      actor: 'user:ann',
      action: 'retry',
      transactionId: id,
      reason: `reason ${n}`,
      detail: { n },
      requestId: null,
    })),
  });
});

it('knows every sealed column', async () => {
  const folder = new URL('../../../src/adapters/outbound/sql/migrations/', import.meta.url);
  const marked = readdirSync(fileURLToPath(folder)).flatMap((file) => {
    let table = '';
    return readFileSync(new URL(file, folder), 'utf8')
      .split('\n')
      .flatMap((line) => {
        table = /(?:createTable|alterTable)\('(\w+)'/.exec(line)?.[1] ?? table;
        const column = /binary\('(\w+)'\).*\/\/ sealed/.exec(line)?.[1];
        return column === undefined ? [] : [`${table}.${column}`];
      });
  });
  expect(SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).sort()).toEqual(marked.sort());
  expect(Object.values(await contents()).every((values) => values.length > 0)).toBe(true);
});

describe('sealing anew', () => {
  it('leaves nothing to the old key, and says the same', async () => {
    const before = await contents();
    const count = Object.values(before).flat().length;
    const [old] = [...(await resealBy(cipher).uses()).keys()];
    const id = await rotate();
    expect([...(await resealBy(cipher).uses())]).toEqual([[old, count]]);
    expect(await resealBy(cipher).pass(id, noRest)).toEqual({ resealed: count, passed: 0 });
    expect([...(await resealBy(cipher).uses())]).toEqual([[id, count]]);
    expect(await contents()).toEqual(before);
    expect(await resealBy(cipher).pass(id, noRest)).toEqual({ resealed: 0, passed: 0 });
    // The old key can go: nothing needs it.
    await storage().knex('data_keys').where('id', old).delete();
    const without = await LocalFieldCipher.create(storage().dataKeys, KEY, [], storage().clock);
    expect(await contents(without)).toEqual(before);
  });

  it('takes up where it was cut off', async () => {
    const before = await contents();
    const count = Object.values(before).flat().length;
    const id = await rotate();
    let first = 0;
    const cut = resealBy(cipher).pass(id, async (_, { resealed }) => {
      first = resealed;
      if (resealed > 20) throw new Error('cut');
    });
    await expect(cut).rejects.toThrow('cut');
    expect(first).toBeGreaterThan(20);
    expect((await resealBy(cipher).pass(id, noRest)).resealed).toBe(count - first);
    expect(await contents()).toEqual(before);
  });

  it('does not undo what a writer does meanwhile', async () => {
    const id = await rotate();
    const { knex } = storage();
    const place = { table: 'attempts', column: 'error_message' };
    /** Another message is written between the read and the write of the row. */
    const meddling: FieldCipher = {
      open: async (items) => {
        const [first] = items;
        if (first?.context.column === 'error_message') {
          const context = { ...place, rowId: first.context.rowId };
          const [sealed] = await cipher.seal([{ plain: Buffer.from('newer'), context }]);
          await knex('attempts')
            .where('hash', context.rowId)
            .update({ error_message: Buffer.from(sealed as Uint8Array) });
        }
        return cipher.open(items);
      },
      seal: (items) => cipher.seal(items),
      blindIndex: (purpose, values) => cipher.blindIndex(purpose, values),
    };
    expect((await resealBy(meddling).pass(id, noRest)).passed).toBe(1);
    expect((await contents())['attempts.error_message']).toContain('newer');
  });

  it('goes on beside a writer of its own process and of another', async () => {
    const id = await rotate();
    const other = await storage().another();
    let turns = 0;
    await resealBy(cipher).pass(id, async () => {
      turns += 1;
      const entry = { actor: 'a', action: `turn ${turns}`, transactionId: null, detail: { turns }, requestId: null };
      await commit(turns % 2 ? storage() : other, { audit: [{ ...entry, reason: 'meanwhile' }] });
    });
    expect(turns).toBeGreaterThan(5);
    expect([...(await resealBy(cipher).uses()).keys()]).toEqual([id]);
    expect((await contents())['audit.reason']?.filter((reason) => reason === 'meanwhile')).toHaveLength(turns);
  });
});
