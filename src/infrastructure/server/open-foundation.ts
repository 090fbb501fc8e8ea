import { JsonRpcChainNode } from '../../adapters/outbound/chain/json-rpc/json-rpc-chain-node.ts';
import { chooseCodec } from '../../adapters/outbound/codec/choose.ts';
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

export interface FoundationStart {
  readonly config: Config;
  readonly log: Log;
  readonly secrets: LoadedSecrets;
  readonly database: OpenDatabase;
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
  rpcUrl,
  opened,
  rpcSignal,
  stopping,
}: FoundationStart): Promise<Foundation> {
  const { secrets: values } = secrets;
  const { knex, dialect } = database;
  const cipher = await LocalFieldCipher.create(
    new SqlDataKeys(knex, dialect),
    values.fieldEncryptionKey,
    config.fieldEncryptionKeysOld,
    systemClock,
  );
  const node = new JsonRpcChainNode({ url: rpcUrl, timeoutMs: config.chain.rpcTimeoutMs, signal: rpcSignal });
  opened.add(() => node.close());
  const { chainId, identity } = await findChain(knex, node, log, stopping);
  const signers = await loadSigners(config, chainId, stopping);
  const codec = await chooseCodec();
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
    cipher,
    node,
    rpcUrl,
    chainId,
    identity,
    signers,
    codec,
  };
}
