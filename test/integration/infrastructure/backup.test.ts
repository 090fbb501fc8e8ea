import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalFieldCipher } from '../../../src/adapters/outbound/crypto/local-field-cipher.ts';
import { SqlDataKeys } from '../../../src/adapters/outbound/sql/data-keys.ts';
import { sqlite } from '../../../src/adapters/outbound/sql/dialect/sqlite.ts';
import { SqlLedger } from '../../../src/adapters/outbound/sql/ledger/sql-ledger.ts';
import { openSqlite } from '../../../src/adapters/outbound/sql/open-sqlite.ts';
import { systemClock } from '../../../src/adapters/outbound/system/system-clock.ts';
import type { ChangeSet } from '../../../src/application/change-set.ts';
import { openDataFolder } from '../../../src/infrastructure/embedded/data-folder.ts';
import { refuseHalfRestored } from '../../../src/infrastructure/backup/staged-restore.ts';
import { admin, makeRecord } from '../../support/admin.ts';
import { CHAIN, event, newTransaction, transactionId } from '../../support/stored.ts';
import { block, NOW } from '../../support/transactions.ts';
import { until } from '../../support/until.ts';

/** Writes without a pause: two rows in one commit, so that no moment has one without the other. */
const WRITER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const database = new (require('better-sqlite3'))(workerData, { timeout: 5000 });
  const insert = database.prepare('INSERT INTO outbox (at, body) VALUES (?, ?)');
  const both = database.transaction((at) => [insert.run(at, 'x'.repeat(2000)), insert.run(at, 'y'.repeat(2000))]);
  for (let at = 1; ; at++) {
    both(at);
    if (at === 1) parentPort.postMessage('writing');
  }`;

let folder: string;
let file: string;
const database = (): string => join(folder, 'broadcaster.sqlite');
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backup-'));
  file = join(folder, 'copy.backup');
  await makeRecord(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a server would write. */
async function write(changes: Omit<ChangeSet, 'step' | 'at'>): Promise<void> {
  const knex = openSqlite(database());
  const { FIELD_ENCRYPTION_KEY: text = '' } = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')) as Record<
    string,
    string
  >;
  const key = Buffer.from(text.slice('base64:'.length), 'base64');
  const cipher = await LocalFieldCipher.create(new SqlDataKeys(knex, sqlite), key, [], systemClock);
  const ledger = new SqlLedger({ knex, dialect: sqlite, cipher, now: () => systemClock.now() });
  expect(await ledger.commit({ step: 'settle', at: NOW, ...changes })).toMatchObject({ kind: 'committed' });
  await knex.destroy();
}
const onChain = () =>
  write({
    chains: [{ chainId: CHAIN, genesisHash: block(0).hash }],
    cursors: [{ chainId: CHAIN, from: null, to: block(7), blocks: [] }],
  });
const accept = (n: number) => write({ accepted: [newTransaction(n)], events: [event(transactionId(n))] });

type Asked = Readonly<Record<string, string | number | null>>;

function ask(path: string, sql: string): readonly Asked[] {
  const copy = new Database(path, { readonly: true });
  try {
    return copy.prepare(sql).all() as Asked[];
  } finally {
    copy.close();
  }
}
const ids = (path: string) => ask(path, 'SELECT id FROM transactions ORDER BY id').map((row) => row['id']);
const kept = () => readdirSync(folder).filter((name) => name.endsWith('.old'));

describe('a backup', () => {
  it('is one file for its owner alone, says when it was taken and up to where, and which keys open it', async () => {
    await onChain();
    await accept(1);
    const said = (await admin(folder, ['backup', file])).join('\n');
    expect(said).toContain(`read up to block 7 (${block(7).hash})`);
    expect(said).toContain(join(folder, 'secrets.json'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual(['copy.backup']);
    expect(ids(file)).toEqual([transactionId(1)]);
    expect(ask(file, 'SELECT chain_id, cursor_number, cursor_hash FROM backups')).toEqual([
      { chain_id: CHAIN, cursor_number: 7, cursor_hash: block(7).hash },
    ]);
    expect(ask(database(), 'SELECT * FROM backups')).toEqual([]);
  });

  it('holds no secret', async () => {
    await accept(1);
    await admin(folder, ['backup', file]);
    const bytes = readFileSync(file);
    const secrets = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')) as Record<string, string>;
    const { FIELD_ENCRYPTION_KEY: key = '' } = secrets;
    for (const text of Object.values(secrets)) expect(bytes.includes(text)).toBe(false);
    expect(bytes.includes(Buffer.from(key.slice('base64:'.length), 'base64'))).toBe(false);
  });

  it('overwrites nothing', async () => {
    writeFileSync(file, 'mine');
    await expect(admin(folder, ['backup', file])).rejects.toThrow('is there already');
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('is the record of one moment while others write', async () => {
    const writer = new Worker(WRITER, { eval: true, workerData: database() });
    try {
      await once(writer, 'message');
      for (let i = 0; i < 5; i++) {
        await admin(folder, ['backup', `${file}.${i}`]);
        const written = ask(database(), 'SELECT max(at) AS top FROM outbox')[0]?.['top'] as number;
        await until(
          'more is written',
          () => (ask(database(), 'SELECT max(at) AS top FROM outbox')[0]?.['top'] as number) > written,
        );
      }
    } finally {
      await writer.terminate();
    }
    const tops: number[] = [];
    for (let i = 0; i < 5; i++) {
      const odd = ask(`${file}.${i}`, 'SELECT at FROM outbox GROUP BY at HAVING count(*) <> 2');
      expect(odd).toEqual([]);
      tops.push(ask(`${file}.${i}`, 'SELECT max(at) AS top FROM outbox')[0]?.['top'] as number);
    }
    expect(new Set(tops).size).toBe(5);
  });

  it('leaves nothing where it cannot be written', async () => {
    await expect(admin(folder, ['backup', join(folder, 'no', 'such', 'folder')])).rejects.toThrow(
      'No backup was written',
    );
    expect(readdirSync(folder).filter((name) => name.includes('part'))).toEqual([]);
  });
});

describe('a restore', () => {
  it('takes the place of the database, which is kept, and pauses every signer that is configured', async () => {
    await onChain();
    await accept(1);
    await admin(folder, ['backup', file]);
    await accept(2);
    const said = (await admin(folder, ['restore', file])).join('\n');
    expect(said).toContain('4 signers are paused');
    expect(ids(database())).toEqual([transactionId(1)]);
    const [aside = ''] = kept();
    expect(said).toContain(aside);
    expect(ids(join(folder, aside))).toEqual([transactionId(1), transactionId(2)]);
    const signers = ask(database(), 'SELECT * FROM signers');
    expect(signers).toHaveLength(4);
    for (const row of signers) {
      expect(row).toMatchObject({ restored_number: 7, restored_hash: block(7).hash, restored_nonce: null });
      expect(row['paused_reason']).toMatch(/^restored: the record is the backup of 20/);
    }
    expect((await admin(folder, ['signers'])).join('\n')).toContain('paused: restored');
    expect(existsSync(`${database()}.restoring`)).toBe(false);
  });

  it('lets no one be signed in, numbers events above all that were lost, and is on record', async () => {
    await accept(1);
    const knex = openSqlite(database());
    await knex('sessions').insert({
      token_hash: Buffer.alloc(32),
      username: 'ann',
      opened_at: 0,
      last_seen_at: 0,
      expires_at: 9e15,
    });
    await knex.destroy();
    await admin(folder, ['backup', file]);
    await admin(folder, ['restore', file]);
    expect(ask(database(), 'SELECT * FROM sessions')).toEqual([]);
    expect(ask(database(), 'SELECT action FROM audit')).toEqual([{ action: 'restore' }]);
    await accept(2);
    const [last] = ask(database(), 'SELECT max(sequence) AS top FROM events');
    expect(last?.['top']).toBeGreaterThan(1_000_000_000);
  });

  it('works where there is no database any more, and where the present one is damaged', async () => {
    await accept(1);
    await admin(folder, ['backup', file]);
    rmSync(database());
    await admin(folder, ['restore', file]);
    expect(ids(database())).toEqual([transactionId(1)]);
    expect(kept()).toEqual([]);
    writeFileSync(database(), 'no database at all');
    await admin(folder, ['restore', file]);
    expect(ids(database())).toEqual([transactionId(1)]);
    expect(readFileSync(join(folder, kept()[0] ?? ''), 'utf8')).toBe('no database at all');
  });

  const refusals: readonly (readonly [
    what: string,
    told: string,
    spoil: () => Promise<() => unknown> | (() => unknown),
  ])[] = [
    [
      'a server runs',
      'Another server is running',
      () => {
        const held = openDataFolder(folder);
        return () => held.release();
      },
    ],
    [
      'somebody has the database open',
      'another process has',
      async () => {
        const open = openSqlite(database());
        await open('chains');
        return () => open.destroy();
      },
    ],
    [
      'the file is damaged',
      'not restored',
      () => {
        const bytes = readFileSync(file);
        bytes.fill(0xff, 4096 + 100, bytes.length - 4096);
        writeFileSync(file, bytes);
        return () => undefined;
      },
    ],
    [
      'what it holds was changed',
      'does not open',
      () => {
        const changed = new Database(file);
        changed.exec("UPDATE revisions SET content = substr(content, 1, length(content) - 1) || x'00'");
        changed.close();
        return () => undefined;
      },
    ],
    [
      'the file is cut off',
      'not restored',
      () => {
        const bytes = readFileSync(file);
        writeFileSync(file, bytes.subarray(0, bytes.length / 2));
        return () => undefined;
      },
    ],
    [
      'the file is something else',
      'not a database',
      () => {
        writeFileSync(file, 'a letter');
        return () => undefined;
      },
    ],
    [
      'it is a database of another program',
      'no database of this program',
      () => {
        rmSync(file);
        const other = new Database(file);
        other.exec('CREATE TABLE letters (id)');
        other.close();
        return () => undefined;
      },
    ],
    [
      'it is of a later release',
      'not restored',
      () => {
        const later = new Database(file);
        later.exec("INSERT INTO schema_migrations (name, batch) VALUES ('9999-later', 9)");
        later.close();
        return () => undefined;
      },
    ],
    [
      'the keys are lost',
      'secrets',
      () => {
        rmSync(join(folder, 'secrets.json'));
        return () => undefined;
      },
    ],
    [
      'the keys are others',
      'wrapped by a key',
      async () => {
        rmSync(join(folder, 'secrets.json'));
        rmSync(database());
        await makeRecord(folder);
        return () => undefined;
      },
    ],
  ];
  it.each(refusals)('is refused where %s, and changes nothing', async (_, told, spoil) => {
    await accept(1);
    await admin(folder, ['backup', file]);
    const release = await spoil();
    const before = readFileSync(database());
    await expect(admin(folder, ['restore', file])).rejects.toThrow(told);
    await release();
    expect(readFileSync(database()).equals(before)).toBe(true);
    expect(kept()).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.includes('restoring'))).toEqual([]);
  });

  it('that was cut off keeps a server from starting', () => {
    const config = { database: { kind: 'sqlite', path: database() } } as const;
    expect(() => refuseHalfRestored(config)).not.toThrow();
    writeFileSync(`${database()}.restoring`, '');
    expect(() => refuseHalfRestored(config)).toThrow('was cut off');
  });
});

describe('a purge from the command line', () => {
  it.each([
    [['--older-than', '90'], 'is no age'],
    [['--older-than', '23h'], 'At least a day'],
    [['--older-than', '90d', '--batch', '0'], '--batch'],
    [['--older-than', '90d', '--batch', '5001'], '--batch'],
  ])('refuses %j', async (words, told) => {
    await expect(admin(folder, ['purge', ...words])).rejects.toThrow(told);
  });

  it('counts, forgets, and is on record', async () => {
    await accept(1);
    const knex = openSqlite(database());
    await knex('transactions').update({ status: 'confirmed' });
    await knex.destroy();
    const line = async (...words: string[]) => (await admin(folder, ['purge', '--older-than', '24h', ...words]))[1];
    expect(await line('--dry-run')).toBe('  confirmed         1');
    expect(ids(database())).toHaveLength(1);
    expect(await line('--batch', '1')).toBe('  confirmed         1');
    expect(ids(database())).toEqual([]);
    const actions = ask(database(), 'SELECT action FROM audit').map((row) => row['action']);
    expect(actions).toEqual(['purge_begin', 'purge']);
  });
});
