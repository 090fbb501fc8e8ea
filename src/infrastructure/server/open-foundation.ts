import { JsonRpcChainNode } from '../../adapters/outbound/chain/json-rpc/json-rpc-chain-node.ts';
import { chooseCodec } from '../../adapters/outbound/codec/choose.ts';
import { ForeignKeysError } from '../../adapters/outbound/crypto/field-cipher-error.ts';
import { LocalFieldCipher } from '../../adapters/outbound/crypto/local-field-cipher.ts';
import { PrometheusMetrics } from '../../adapters/outbound/observability/prometheus-metrics.ts';
import { SqlDataKeys } from '../../adapters/outbound/sql/data-keys.ts';
import { systemClock } from '../../adapters/outbound/system/system-clock.ts';
import type { Log } from '../../application/ports/observability.ts';
import type { Config } from '../config/config.ts';
import type { Foundation } from '../container/foundation.ts';
import type { LoadedSecrets } from '../embedded/secrets.ts';
import type { OpenDatabase } from './open-database.ts';
import { findChain } from './find-chain.ts';
import { loadSigners } from './load-signers.ts';
import type { Opened } from './opened.ts';
import { StartRefused } from './start-refused.ts';
import type { CurveThreads } from '../threads/curve-threads.ts';
import type { SqlWriter } from '../threads/sql-writer.ts';

export interface FoundationStart {
  readonly config: Config;
  readonly log: Log;
  readonly secrets: LoadedSecrets;
  readonly database: OpenDatabase;
  readonly sqlWriter: SqlWriter | null;
  readonly curve: CurveThreads;
  readonly rpcUrl: string;
  /** What is opened here is closed with it. */
  readonly opened: Opened;
  /** Ends open RPC calls at a stop, and at once where the start is still under way. */
  readonly rpcSignal: AbortSignal;
  /** A stop while the start still waits for the node. */
  readonly stopping: AbortSignal;
}

/** Everything that has to be awaited before the parts can be put together. */
export async function openFoundation({
  config,
  log,
  secrets,
  database,
  sqlWriter,
  curve,
  rpcUrl,
  opened,
  rpcSignal,
  stopping,
}: FoundationStart): Promise<Foundation> {
  const { knex, dialect } = database;
  const cipher = await openCipher(config, secrets, database);
  const node = new JsonRpcChainNode({ url: rpcUrl, timeoutMs: config.chain.rpcTimeoutMs, signal: rpcSignal });
  opened.add(() => node.close());
  const { chainId, identity } = await findChain(knex, node, log, stopping);
  const signers = await loadSigners(config, chainId, stopping, curve.sign);
  const codec = await chooseCodec(curve.recover);
  log.info(
    { codec: codec.kind, chainId, signers: signers.list().length, node: identity?.clientVersion ?? 'not asked yet' },
    'opened',
  );
  return {
    config,
    secrets,
    log,
    metrics: new PrometheusMetrics(),
    knex,
    dialect,
    sqlWriter,
    cipher,
    node,
    rpcUrl,
    chainId,
    identity,
    signers,
    codec,
  };
}

/** @throws {StartRefused} the database was sealed with another key */
async function openCipher(
  { database, fieldEncryptionKeysOld }: Config,
  { secrets, origins, file }: LoadedSecrets,
  { knex, dialect }: OpenDatabase,
): Promise<LocalFieldCipher> {
  try {
    const keys = new SqlDataKeys(knex, dialect);
    return await LocalFieldCipher.create(keys, secrets.fieldEncryptionKey, fieldEncryptionKeysOld, systemClock);
  } catch (error) {
    if (!(error instanceof ForeignKeysError)) throw error;
    const here = origins.fieldEncryptionKey === 'given' ? 'FIELD_ENCRYPTION_KEY' : `the one in ${file}`;
    const path = database.kind === 'memory' ? 'in memory' : database.path;
    throw new StartRefused(
      `The database ${path} was sealed with another key than ${here}: ${error.message}. Restore the key that belongs to it, or name it in ` +
        'FIELD_ENCRYPTION_KEYS_OLD.',
      { cause: error },
    );
  }
}
