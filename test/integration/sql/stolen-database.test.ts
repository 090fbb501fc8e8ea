import { createHash } from 'node:crypto';
import supertest from 'supertest';
import { knownClients } from '../../../src/adapters/inbound/http/auth/client-keys.ts';
import { KeyEncryptionKey } from '../../../src/adapters/outbound/crypto/key-encryption-key.ts';
import { LiveKeyRing } from '../../../src/adapters/outbound/crypto/live-key-ring.ts';
import { ScryptPasswords } from '../../../src/adapters/outbound/crypto/scrypt-passwords.ts';
import { Reseal } from '../../../src/adapters/outbound/sql/reseal.ts';
import { SignIn } from '../../../src/application/use-cases/sign-in.ts';
import { asClient, fakeApp } from '../../support/http-app.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Knex } from 'knex';
import { beforeEach, describe, expect, it } from 'vitest';
import { LocalFieldCipher } from '../../../src/adapters/outbound/crypto/local-field-cipher.ts';
import { sqlite } from '../../../src/adapters/outbound/sql/dialect/sqlite.ts';
import { SqlDataKeys } from '../../../src/adapters/outbound/sql/data-keys.ts';
import type { Address, Hex } from '../../../src/domain/primitives.ts';
import { fresh, openFile } from '../../support/storage.ts';
import {
  commit,
  content,
  event,
  LANE,
  newJob,
  newTransaction,
  put,
  request,
  transactionId,
} from '../../support/stored.ts';
import { failed, NOW, signed, txHash } from '../../support/transactions.ts';

const KEY = Buffer.alloc(32, 0x5a);
const RECIPIENT = '0x5eed00c0ffee5eed00c0ffee5eed00c0ffee5eed' as Address;
const NEW_RECIPIENT = '0xdecade00decade00decade00decade00decade00' as Address;
const VALUE = 987_654_321_987_654_321n;
const DATA: Hex = '0xa9059cbbfeedfacefeedfacefeedfacefeedface';
const RAW: Hex = '0x02f8718203e88084c0dec0dec0dec0dec0dec0dec0';

/** What a thief must not find: what is to be sent, bytes that could be sent, and whatever quotes them. */
const SECRETS: Readonly<Record<string, string | bigint>> = {
  'the recipient': RECIPIENT,
  'the recipient after an edit': NEW_RECIPIENT,
  'the value': VALUE,
  'the calldata': DATA,
  'the gas limit': 12_345_678_912_345_678n,
  'the fee cap': 222_333_444_555_666n,
  'the tip': 111_222_333_444_555n,
  'the metadata': 'invoice-4711-of-ann',
  'the idempotency key': 'order-4711-key',
  'the request for comparison': 'fingerprint-of-4711',
  'the raw bytes': RAW,
  'the node’s message': 'sender balance too low for 4711',
  'the failure’s message': 'there was not enough for 4711',
  'the node’s message in the failure': 'have 4711 want 4712',
  'the reason of an edit': 'ann mistyped the recipient',
  'the reason of closing': 'paid ann in cash',
  'the detail of an event': 'was 4711 euros',
  'the reason in the audit': 'ann asked on the telephone',
  'the detail in the audit': 'from 4711 to 4712',
  'the reason of a job': 'bulk for ann',
  'the filter of a job': 'order-4711-of-bulk',
};

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The same thing as a file could hold it. */
function spellings(secret: string | bigint): readonly Buffer[] {
  const bytes: Buffer[] = [];
  if (typeof secret === 'bigint') {
    const hex = secret.toString(16);
    bytes.push(Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'));
    bytes.push(Buffer.from([...(bytes[0] as Buffer)].reverse()));
  } else if (/^0x([0-9a-f]{2})+$/.test(secret)) bytes.push(Buffer.from(secret.slice(2), 'hex'));
  else bytes.push(Buffer.from(secret));
  // As a machine of the other byte order has it.
  if (/^0x([0-9a-f]{2})+$/.test(String(secret))) bytes.push(Buffer.from(bytes[0] as Buffer).reverse());
  const text = String(secret).replace(/^0x/, '');
  const texts = [
    text,
    text.toUpperCase(),
    ...bytes.flatMap((one) => [one.toString('hex'), one.toString('hex').toUpperCase()]),
  ];
  const sources = [...bytes, ...texts.map((one) => Buffer.from(one))];
  const all = [
    ...sources,
    ...texts.map((one) => Buffer.from(one, 'utf16le')),
    ...texts.map((one) => Buffer.from(one, 'utf16le').swap16()),
    // Base64 of something that holds it, at each of the three places that it can begin at.
    ...sources.flatMap((one) => [0, 1, 2].map((shift) => Buffer.from(middleOfBase64(one, shift)))),
    ...sources.flatMap((one) =>
      [0, 1, 2].map((shift) => Buffer.from(middleOfBase64(one, shift).replaceAll('+', '-').replaceAll('/', '_'))),
    ),
    ...sources.map((one) => Buffer.from(one.toString('hex'))),
  ];
  // What is shorter stands anywhere by chance.
  return all.filter((one) => one.length >= 6);
}

const middleOfBase64 = (bytes: Buffer, shift: number): string => {
  const base64 = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  return base64.slice(shift === 0 ? 0 : 4, base64.length - 2);
};

const filesOf = (path: string): ReadonlyMap<string, Buffer> =>
  new Map(readdirSync(dirname(path)).map((name) => [name, readFileSync(join(dirname(path), name))]));

/** `[file, secret]` for everything that is found. */
const finds = (path: string, secrets: Readonly<Record<string, string | bigint>>): readonly string[] =>
  [...filesOf(path)].flatMap(([file, bytes]) =>
    Object.entries(secrets)
      .filter(([, secret]) => spellings(secret).some((spelling) => bytes.includes(spelling)))
      .map(([name]) => `${file}: ${name}`),
  );

const storage = fresh(() =>
  openFile((knex: Knex, clock) => LocalFieldCipher.create(new SqlDataKeys(knex, sqlite), KEY, [], clock)),
);
const id = transactionId(1);

beforeEach(async () => {
  const asked = request({
    to: RECIPIENT,
    valueWei: VALUE,
    data: DATA,
    gasLimit: 12_345_678_912_345_678n,
    maxFeePerGasWei: 222_333_444_555_666n,
    maxPriorityFeePerGasWei: 111_222_333_444_555n,
  });
  const idempotencyKey = 'order-4711-key';
  const row = await put(storage(), 1, failed(), {
    accepted: newTransaction(1, {
      client: 'client-in-clear',
      idempotencyKey,
      fingerprint: 'fingerprint-of-4711',
      content: content({ request: asked, metadata: { note: 'invoice-4711-of-ann' }, idempotencyKey }),
    }),
    attempt: { raw: RAW },
  });
  await commit(storage(), {
    attempts: [{ hash: txHash(7), error: { class: 'insufficientFunds', message: 'sender balance too low for 4711' } }],
    revisions: [
      {
        transactionId: id,
        number: 1,
        author: 'user:ann',
        reason: 'ann mistyped the recipient',
        content: content({ request: { ...asked, to: NEW_RECIPIENT } }),
      },
    ],
    transactions: [{ before: row, after: { ...row, revision: 1 } }],
    events: [
      event(id, { detail: { note: 'was 4711 euros' } }),
      event(id, { type: 'RetryScheduled', detail: { note: 'other' } }),
    ],
    failures: [
      {
        kind: 'opened',
        transactionId: id,
        code: 'expired',
        message: 'there was not enough for 4711',
        nodeMessage: 'have 4711 want 4712',
      },
      { kind: 'closed', transactionId: id, by: 'user:ann', reason: 'paid ann in cash' },
    ],
    audit: [
      {
        actor: 'user:ann',
        action: 'retry',
        transactionId: id,
        reason: 'ann asked on the telephone',
        detail: { note: 'from 4711 to 4712' },
        requestId: 'r',
      },
      {
        actor: 'user:ann',
        action: 'close',
        transactionId: id,
        reason: 'other',
        detail: { note: 'other' },
        requestId: 'r',
      },
    ],
    newJobs: [newJob(1, [1], { reason: 'bulk for ann', filter: { q: 'order-4711-of-bulk' } })],
    wakeUps: [{ signer: LANE, ids: [id] }],
    letters: [{ kind: 'put', transactionId: id, code: 'expired' }],
  });
});

describe('a stolen database', () => {
  it('shows neither what is to be sent nor bytes that a thief could send', async () => {
    const { path, knex } = storage();
    expect([...filesOf(path).keys()].sort()).toEqual(['database.sqlite', 'database.sqlite-shm', 'database.sqlite-wal']);
    expect(filesOf(path).get('database.sqlite-wal')?.length).toBeGreaterThan(10_000);
    expect(finds(path, SECRETS)).toEqual([]);
    await knex.raw('PRAGMA wal_checkpoint(TRUNCATE)');
    expect(finds(path, SECRETS)).toEqual([]);
    // The search finds what is there in clear: text, and bytes.
    const key = (await storage().dataKeys.all())[0]?.wrapped ?? new Uint8Array();
    const clear = { client: 'client-in-clear', wrapped: `0x${Buffer.from(key).toString('hex')}` };
    expect(finds(path, clear)).toEqual(Object.keys(clear).map((name) => `database.sqlite: ${name}`));
    expect(await storage().views.one(id)).toMatchObject({ metadata: { note: 'invoice-4711-of-ann' } });
  });

  it('keeps it to itself on pages that were freed, and in what was sealed anew', async () => {
    const { path, knex, dataKeys, clock } = storage();
    const ring = await LiveKeyRing.open(dataKeys, new KeyEncryptionKey(KEY), [], clock);
    const cipher = await LocalFieldCipher.create(dataKeys, KEY, [], clock);
    // Enough to fill pages of its own.
    const entry = { actor: 'user:ann', action: 'retry', transactionId: id, detail: null, requestId: 'r' };
    const reason = SECRETS['the reason in the audit'] as string;
    await commit(storage(), { audit: Array.from({ length: 200 }, () => ({ ...entry, reason })) });
    const keyId = await ring.rotate();
    clock.advance(5_000);
    await new Reseal(knex, sqlite, cipher).pass(keyId, async () => undefined);
    expect(finds(path, SECRETS)).toEqual([]);
    for (const table of ['revisions', 'attempts', 'failures', 'audit', 'events']) await knex(table).delete();
    await knex.raw('PRAGMA wal_checkpoint(TRUNCATE)');
    expect((await knex.raw<{ freelist_count: number }[]>('PRAGMA freelist_count'))[0]?.freelist_count).toBeGreaterThan(
      0,
    );
    expect(finds(path, SECRETS)).toEqual([]);
  });

  it('opens no door: no token, key or password is in it, and what is there in their place is none', async () => {
    const { path, knex, accounts, apiClients, counters, clock } = storage();
    const secrets = {
      token: 'a-token-of-4711-ann',
      key: 'tb_a-key-of-4711',
      password: 'a password of 4711 ann',
      typed: 'pass-in-the-name-field',
    };
    const passwords = new ScryptPasswords({ N: 2, r: 8, p: 1 });
    const cipher = await LocalFieldCipher.create(storage().dataKeys, KEY, [], clock);
    const passwordHash = await passwords.hash(secrets.password);
    await accounts.addUser(
      { username: 'ann', role: 'administrator', passwordHash, configuredHash: passwordHash },
      clock.now(),
    );
    await apiClients.add('shop', clock.now());
    await apiClients.addKey({ client: 'shop', hash: sha256(secrets.key), prefix: 'tb_pre', createdAt: clock.now() });
    const signIn = new SignIn({ accounts, counters, passwords, cipher, clock, sessionMs: 1_000_000 });
    const by = (username: string, password: string, token: string) =>
      signIn.signIn({ username, password, address: '192.0.2.77', tokenHash: sha256(token) });
    expect(await by('ann', secrets.password, secrets.token)).toMatchObject({ kind: 'signedIn' });
    await by(secrets.typed, 'x', 'other');
    await knex.raw('PRAGMA wal_checkpoint(TRUNCATE)');
    expect(finds(path, { ...secrets, address: '192.0.2.77' })).toEqual([]);

    const find = knownClients(new Map(), apiClients, clock);
    expect(await find(secrets.key)).toBe('shop');
    const stored = [sha256(secrets.key), sha256(secrets.token)].flatMap((hash) =>
      (['hex', 'base64', 'base64url', 'latin1'] as const).map((encoding) => hash.toString(encoding)),
    );
    for (const text of [...stored, 'tb_pre', passwordHash]) {
      expect(await find(text)).toBeNull();
      expect(await accounts.findSession(sha256(text), clock.now(), 1_000_000)).toBeNull();
      expect(await passwords.verify(text, passwordHash)).toBe('wrong');
    }
  });

  it('shows a client who has it no more of the others by the API', async () => {
    const { views, knex } = storage();
    const fake = fakeApp(({ parts, ...deps }) => ({
      ...deps,
      parts: { ...parts, ...(parts.client && { client: { ...parts.client, views } }) },
    }));
    const ask = async (path: string) => {
      const response = await supertest(fake.app).get(path).set(asClient);
      return { status: response.status, items: (response.body as { items?: unknown[] }).items };
    };
    const row = await knex('transactions').where({ id }).first<Record<string, unknown>>();
    expect((await ask(`/v1/transactions/${id}`)).status).toBe(404);
    expect((await ask(`/v1/transactions/${'0'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}`)).status).toBe(404);
    const nothing = { status: 200, items: [] };
    for (const query of [
      '',
      `?from=${String(row['signer'])}`,
      `?hash=${txHash(7)}`,
      '?idempotencyKey=order-4711-key',
      `?status=${String(row['status'])}`,
    ])
      expect(await ask(`/v1/transactions${query}`)).toEqual(nothing);
  });

  it('does not hold the key that opens it', () => {
    expect(finds(storage().path, { key: `0x${KEY.toString('hex')}` })).toEqual([]);
  });

  it('gives equal things no equal look, but for what it must find', async () => {
    const { knex } = storage();
    await put(storage(), 2, signed({ heldNonce: 8, liveNonce: 8, attemptHash: txHash(8) }), {
      accepted: { content: content({ request: request({ to: RECIPIENT }) }) },
      attempt: { raw: RAW },
    });
    await put(storage(), 3, signed({ heldNonce: 9, liveNonce: 9, attemptHash: txHash(9) }), {
      accepted: { content: content({ request: request({ to: RECIPIENT }) }) },
      attempt: { raw: RAW },
    });
    const hexes = async (table: string, column: string): Promise<readonly string[]> =>
      (
        await knex(table)
          .orderBy(table === 'transactions' ? 'id' : column)
          .select<Record<string, Buffer>[]>(column)
      ).map((row) => (row[column] as Buffer).toString('hex'));
    for (const [table, column] of [
      ['attempts', 'raw'],
      ['revisions', 'content'],
    ] as const) {
      const all = await hexes(table, column);
      expect(new Set(all).size).toBe(all.length);
    }
    const [, two, three] = await hexes('transactions', 'to_index');
    expect(two).toBe(three);
    expect(two).toHaveLength(64);
  });
});

describe('sealed bytes in another place', () => {
  /** Exchanges a column between two rows, or two columns of a row. */
  const swap = async (
    table: string,
    [one, column]: readonly [object, string],
    [other, otherColumn]: readonly [object, string],
  ): Promise<void> => {
    const { knex } = storage();
    const read = async (where: object, name: string) =>
      (await knex(table).where(where).first<Record<string, Buffer>>(name))[name] as Buffer;
    const [a, b] = [await read(one, column), await read(other, otherColumn)];
    await knex(table)
      .where(one)
      .update({ [column]: b });
    await knex(table)
      .where(other)
      .update({ [otherColumn]: a });
  };
  const one = () => storage().views.one(id);

  it.each<[string, Parameters<typeof swap>, () => Promise<unknown>]>([
    ['a request of another revision', ['revisions', [{ number: 0 }, 'content'], [{ number: 1 }, 'content']], one],
    ['a request where a reason stood', ['revisions', [{ number: 1 }, 'content'], [{ number: 1 }, 'reason']], one],
    [
      'bytes of another attempt',
      ['attempts', [{ hash: txHash(7) }, 'raw'], [{ hash: txHash(8) }, 'raw']],
      () => storage().work.toResubmit(LANE, { now: NOW, belowNonce: 100, limit: 9, recovery: null }),
    ],
    [
      'an answer where bytes stood',
      ['attempts', [{ hash: txHash(7) }, 'raw'], [{ hash: txHash(7) }, 'error_message']],
      one,
    ],
    [
      'a detail of another event',
      ['events', [{ type: 'Accepted' }, 'detail'], [{ type: 'RetryScheduled' }, 'detail']],
      one,
    ],
    [
      'a message for the client where the node’s stood',
      ['failures', [{ transaction_id: id }, 'message'], [{ transaction_id: id }, 'node_message']],
      one,
    ],
    [
      'a reason of another entry',
      ['audit', [{ action: 'retry' }, 'reason'], [{ action: 'close' }, 'reason']],
      () => storage().views.audit(9, null),
    ],
    [
      'a detail of another entry',
      ['audit', [{ action: 'retry' }, 'detail'], [{ action: 'close' }, 'detail']],
      () => storage().views.audit(9, null),
    ],
  ])('do not open: %s', async (_, swapped, read) => {
    await put(storage(), 2, signed({ heldNonce: 8, liveNonce: 8, attemptHash: txHash(8) }));
    await read();
    await swap(...swapped);
    await expect(read()).rejects.toMatchObject({ name: 'FieldCipherError' });
  });
});
