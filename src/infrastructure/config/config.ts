import type { RetryPolicy } from '../../domain/retry/schedule.ts';
import type { LogLevel, ProcessRole } from './listening.ts';
import type { GivenSecrets } from './secrets.ts';
import type { SignerSource } from './signers.ts';

/** The environment, checked and typed. Paths are absolute. */
export interface Config {
  /** Neither a database nor messaging is named: only then are secrets generated. */
  readonly embedded: boolean;
  readonly listen: { readonly host: string; readonly port: number };
  readonly roles: readonly ProcessRole[];
  readonly logLevel: LogLevel;
  /** Of each client, in transactions; 0: none. */
  readonly rateLimitPerSecond: number;
  /** Where the signing side finds endpoint 2; null: this process. Without a slash at its end. */
  readonly internalUrl: string | null;
  readonly dataDir: string;
  readonly database: Database;
  readonly messaging: 'memory';
  readonly chain: ChainConfig;
  readonly signers: readonly SignerSource[];
  readonly keystorePassphrase: string | null;
  readonly retry: RetryPolicy;
  readonly adminUsername: string;
  readonly sessions: {
    /** After so long without a call a session is over. */
    readonly idleMs: number;
    /** However much it is used. */
    readonly longestMs: number;
  };
  readonly secrets: GivenSecrets;
  /** Earlier field encryption keys, 32 bytes each: only read with. */
  readonly fieldEncryptionKeysOld: readonly Uint8Array[];
}

export type Database = { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'memory' };

interface ChainConfig {
  readonly node:
    | { readonly kind: 'embedded'; readonly blockTimeMs: number }
    | { readonly kind: 'rpc'; readonly urls: readonly string[] };
  readonly confirmations: number;
  readonly rpcTimeoutMs: number;
  /** Ceiling for every attempt; null: none. */
  readonly maxFeePerGasWei: bigint | null;
  readonly maxInFlight: number;
}
