import { existsSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { JsonRpcChainNode } from '../../adapters/outbound/chain/json-rpc/json-rpc-chain-node.ts';
import { ForeignKeysError } from '../../adapters/outbound/crypto/field-cipher-error.ts';
import { LocalFieldCipher } from '../../adapters/outbound/crypto/local-field-cipher.ts';
import { markRestored } from '../../adapters/outbound/sql/backup/mark-restored.ts';
import { numberOn, type NumbersGiven } from '../../adapters/outbound/sql/backup/numbers.ts';
import { DamagedCopy, proveSnapshot, takenAt } from '../../adapters/outbound/sql/backup/snapshot.ts';
import { SqlDataKeys } from '../../adapters/outbound/sql/data-keys.ts';
import { SqlLedger } from '../../adapters/outbound/sql/ledger/sql-ledger.ts';
import { systemClock } from '../../adapters/outbound/system/system-clock.ts';
import type { ChainId, Millis, SignerKey } from '../../domain/primitives.ts';
import type { Config } from '../config/config.ts';
import { EMBEDDED_CHAIN_ID } from '../embedded/anvil/launch.ts';
import { DataFolderInUse, DataFolderUnusable, openDataFolder } from '../embedded/data-folder.ts';
import { asideSuffix, moveDatabaseAside } from '../embedded/move-aside.ts';
import { loadSecrets, SecretsUnreadable } from '../embedded/secrets.ts';
import { syncFolder } from '../embedded/write-atomically.ts';
import { loadSigners } from '../server/load-signers.ts';
import { DatabaseUnusable, openDatabase, type OpenDatabase } from '../server/open-database.ts';
import { StartRefused } from '../server/start-refused.ts';
import { endLog, numbersGiven } from './present-database.ts';
import { assertOneFile, removeStaged, stageCopy } from './staged-copy.ts';
import { stagedPath } from './staged-restore.ts';

export interface Restored {
  readonly takenAt: Millis;
  /** How many signers are paused by it. */
  readonly signers: number;
  /** Where the database that was there is kept, or its log where that is all that was left; null: there was none. */
  readonly kept: string | null;
}

/**
 * Puts a backup into the database's place. Everything is looked at on a copy first, and the copy says already that its signers are paused when
 * it gets the database's name, so that no server ever runs on one that does not.
 * @param file absolute
 * @throws {StartRefused} a server runs, the file is no whole backup, or it does not belong to these keys or this chain; nothing was changed
 */
export async function restoreBackup(config: Config, file: string, actor: string): Promise<Restored> {
  const { database, dataDir } = config;
  if (database.kind !== 'sqlite') throw new StartRefused('A database in memory has no file to be restored to.');
  if (!existsSync(file)) throw new StartRefused(`There is no file ${file}.`);
  return refusing(file, async () => {
    const folder = openDataFolder(dataDir);
    const staged = stagedPath(database.path);
    try {
      stageCopy(file, staged);
      const given = numbersGiven(database.path);
      const marked = await mark({ ...config, database: { kind: 'sqlite', path: staged } }, actor, given);
      assertOneFile(staged);
      endLog(database.path);
      // From here on a start is refused until the copy has the database's name.
      const kept = moveDatabaseAside(database.path, asideSuffix(new Date()));
      renameSync(staged, database.path);
      syncFolder(dirname(database.path));
      return { ...marked, kept };
    } catch (error) {
      if (existsSync(database.path)) removeStaged(staged);
      throw error;
    } finally {
      folder.release();
    }
  });
}

/** Checks the copy, brings it up to date and pauses its signers. */
async function mark(
  config: Config,
  actor: string,
  given: NumbersGiven,
): Promise<Pick<Restored, 'takenAt' | 'signers'>> {
  if (config.database.kind === 'sqlite') assertDatabase(config.database.path);
  const open = await openDatabase(config);
  const { knex, dialect } = open;
  try {
    const { secrets } = loadSecrets(config.dataDir, config.secrets, true);
    const keys = new SqlDataKeys(knex, dialect);
    const cipher = await LocalFieldCipher.create(
      keys,
      secrets.fieldEncryptionKey,
      config.fieldEncryptionKeysOld,
      systemClock,
    );
    await proveSnapshot(knex, cipher);
    const configured = await signersOf(config, open);
    const at = systemClock.now();
    const taken = await takenAt(knex);
    const signers = await markRestored(knex, { at, takenAt: taken, configured });
    await numberOn(knex, at, given);
    const ledger = new SqlLedger({ knex, dialect, cipher, now: () => systemClock.now() });
    const detail = { takenAt: new Date(taken).toISOString() };
    await ledger.commit({
      step: 'signer',
      at,
      audit: [{ actor, action: 'restore', transactionId: null, reason: null, detail, requestId: null }],
    });
    return { takenAt: taken, signers };
  } finally {
    await knex.destroy();
  }
}

/** A first look: opening anything as a database of this program would make it one. */
function assertDatabase(path: string): void {
  const file = new Database(path, { fileMustExist: true });
  try {
    const tables = file.prepare(
      "SELECT count(*) AS n FROM sqlite_master WHERE name IN ('chains', 'data_keys', 'schema_migrations')",
    );
    const { n } = tables.get() as { n: number };
    if (n !== 3) throw new StartRefused('it is no database of this program');
  } finally {
    file.close();
  }
}

/**
 * The node, where it answers, must be on the backup's chain; one that is away is asked by the server before anything is sent. A backup that was
 * taken before the record knew a chain is as much in doubt: its signers are those of the chain that the server would go on with.
 */
async function signersOf(config: Config, { knex }: OpenDatabase): Promise<readonly SignerKey[]> {
  const known = await knex('chains').first<{ chain_id: ChainId; genesis_hash: string } | undefined>();
  const chainId = await chainOf(config, known ?? null);
  return (await loadSigners(config, chainId, new AbortController().signal)).list();
}

async function chainOf(
  { chain: { node, rpcTimeoutMs } }: Config,
  known: { readonly chain_id: ChainId; readonly genesis_hash: string } | null,
): Promise<ChainId> {
  if (node.kind !== 'rpc') return known?.chain_id ?? (EMBEDDED_CHAIN_ID as ChainId);
  const asked = new JsonRpcChainNode({ url: node.urls[0] as string, timeoutMs: rpcTimeoutMs });
  const identity = await asked.identity().finally(() => asked.close());
  if (known === null) {
    if (identity.ok) return identity.value.chainId;
    throw new StartRefused(
      `it was taken before the record knew its chain, so the node has to say which one it is, and it does not answer: ${identity.error.message}`,
    );
  }
  if (identity.ok && (identity.value.chainId !== known.chain_id || identity.value.genesisHash !== known.genesis_hash))
    throw new StartRefused(
      `it belongs to chain ${known.chain_id} (${known.genesis_hash}), and the node is on ${identity.value.chainId} (${identity.value.genesisHash})`,
    );
  return known.chain_id;
}

/** What a person can mend is told as it is, without a stack. */
async function refusing<Value>(file: string, work: () => Promise<Value>): Promise<Value> {
  const expected = [
    StartRefused,
    DataFolderInUse,
    DataFolderUnusable,
    SecretsUnreadable,
    DatabaseUnusable,
    DamagedCopy,
    ForeignKeysError,
    Database.SqliteError,
  ];
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isExpected = expected.some((kind) => error instanceof kind);
    if (!isExpected) throw error;
    throw new StartRefused(`${file} was not restored, and nothing was changed: ${error.message}`, { cause: error });
  }
}
