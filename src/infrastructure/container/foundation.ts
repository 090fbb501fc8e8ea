import { createHmac } from 'node:crypto';
import type { Knex } from 'knex';
import type { ChainIdentity } from '../../application/ports/chain-node.ts';
import type { FieldCipher } from '../../application/ports/field-cipher.ts';
import type { Log } from '../../application/ports/observability.ts';
import type { ChainId } from '../../domain/primitives.ts';
import type { JsonRpcChainNode } from '../../adapters/outbound/chain/json-rpc/json-rpc-chain-node.ts';
import type { PrometheusMetrics } from '../../adapters/outbound/observability/prometheus-metrics.ts';
import type { createSignerDirectory } from '../../adapters/outbound/signing/directory.ts';
import type { chooseCodec } from '../../adapters/outbound/codec/choose.ts';
import type { Dialect } from '../../adapters/outbound/sql/dialect/dialect.ts';
import type { Config } from '../config/config.ts';
import type { LoadedSecrets } from '../embedded/secrets.ts';
import type { SqlWriter } from '../threads/sql-writer.ts';

/** What must be opened, asked or read before the parts can be put together; made by `server/open-foundation.ts`. */
export interface Foundation {
  readonly config: Config;
  readonly secrets: LoadedSecrets;
  readonly log: Log;
  readonly metrics: PrometheusMetrics;
  readonly knex: Knex;
  readonly dialect: Dialect;
  /** Writes in a thread of its own; null: on the connection above. */
  readonly sqlWriter: SqlWriter | null;
  readonly cipher: FieldCipher;
  readonly node: JsonRpcChainNode;
  readonly rpcUrl: string;
  readonly chainId: ChainId;
  /** What the node said of itself where the chain was not on record yet; else null, as it was not asked. */
  readonly identity: ChainIdentity | null;
  readonly codec: Awaited<ReturnType<typeof chooseCodec>>;
  readonly signers: ReturnType<typeof createSignerDirectory>;
}

/** A key of its own for each purpose, from the one that is given. */
export const derivedKey = (secret: Uint8Array, purpose: string): Uint8Array =>
  createHmac('sha256', secret).update(purpose).digest();
