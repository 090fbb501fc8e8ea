import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { RetryPolicy } from '../../domain/retry/schedule.ts';
import { chainSettings } from './chain.ts';
import type { Config, Database } from './config.ts';
import { listeningSettings } from './listening.ts';
import { masked } from './masked.ts';
import { HIDDEN, NOT_SET, type Problem } from './problem.ts';
import { retrySettings } from './retries.ts';
import { isEmbedded, missingSettings, type Environment } from './rules.ts';
import { SECRET_NAMES, secretSettings } from './secrets.ts';
import { sessionSettings } from './sessions.ts';
import { EMBEDDED_SIGNERS, signerSettings, type SignerSource } from './signers.ts';
import { storageSettings, type DatabaseUrl } from './storage.ts';

/** The environment table of the public contract. What is not in it belongs to others and is left alone. */
const settings = z.object({
  ...listeningSettings,
  ...storageSettings,
  ...chainSettings,
  ...signerSettings,
  ...retrySettings,
  ...secretSettings,
  ...sessionSettings,
});

const DATABASE_FILE = 'broadcaster.sqlite';

export type ReadConfig =
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * All settings, or all that is wrong with them at once. Pure: opens no file and asks no node.
 * @param workingDirectory what relative paths are relative to
 */
export function readConfig(env: Environment, workingDirectory = process.cwd()): ReadConfig {
  const parsed = settings.safeParse(env);
  const problems = [...(parsed.error?.issues ?? []).map((issue) => problemOf(issue, env)), ...missingSettings(env)];
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  return { ok: true, config: assemble(parsed.data, isEmbedded(env), (path) => resolve(workingDirectory, path)) };
}

function problemOf(issue: z.core.$ZodIssue, env: Environment): Problem {
  const name = String(issue.path[0]);
  const value = env[name];
  if (value === undefined) return { name, value: NOT_SET, expected: issue.message };
  return { name, value: SECRET_NAMES.has(name) ? HIDDEN : masked(value), expected: issue.message };
}

type Settings = z.output<typeof settings>;

function assemble(s: Settings, embedded: boolean, absolute: (path: string) => string): Config {
  const dataDir = absolute(s.DATA_DIR);
  return {
    embedded,
    listen: { host: s.HOST, port: s.PORT },
    roles: s.ROLES,
    logLevel: s.LOG_LEVEL,
    rateLimitPerSecond: s.RATE_LIMIT_PER_SECOND ?? (embedded ? 0 : 200),
    internalUrl: s.INTERNAL_URL ?? null,
    dataDir,
    database: databaseOf(s.DATABASE_URL, dataDir, absolute),
    messaging: s.MESSAGING ?? 'memory',
    chain: {
      node:
        s.RPC_URLS === undefined
          ? { kind: 'embedded', blockTimeMs: s.ANVIL_BLOCK_TIME_MS }
          : { kind: 'rpc', urls: s.RPC_URLS },
      confirmations: s.CONFIRMATIONS,
      rpcTimeoutMs: s.RPC_TIMEOUT_MS,
      maxFeePerGasWei: s.MAX_FEE_PER_GAS_WEI ?? null,
      maxInFlight: s.MAX_IN_FLIGHT,
    },
    signers: (s.SIGNERS ?? EMBEDDED_SIGNERS).map((source) => withAbsolutePath(source, absolute)),
    keystorePassphrase: s.KEYSTORE_PASSPHRASE ?? null,
    retry: retryOf(s),
    adminUsername: s.ADMIN_USERNAME,
    sessions: { idleMs: s.SESSION_IDLE_MINUTES * 60_000, longestMs: s.SESSION_MAX_HOURS * 3_600_000 },
    secrets: {
      apiKeys: s.API_KEYS ?? null,
      adminPassword: s.ADMIN_PASSWORD ?? null,
      internalSecret: s.INTERNAL_SECRET ?? null,
      fieldEncryptionKey: s.FIELD_ENCRYPTION_KEY ?? null,
    },
    fieldEncryptionKeysOld: s.FIELD_ENCRYPTION_KEYS_OLD ?? [],
  };
}

function databaseOf(url: DatabaseUrl | undefined, dataDir: string, absolute: (path: string) => string): Database {
  if (url === undefined) return { kind: 'sqlite', path: join(dataDir, DATABASE_FILE) };
  return url.kind === 'sqlite' ? { kind: 'sqlite', path: absolute(url.path) } : url;
}

function withAbsolutePath(source: SignerSource, absolute: (path: string) => string): SignerSource {
  return source.kind === 'keystore' ? { ...source, path: absolute(source.path) } : source;
}

function retryOf(s: Settings): RetryPolicy {
  const common = { baseMs: s.RETRY_BASE_MS, maxRetries: s.RETRY_MAX };
  return s.RETRY_STRATEGY === 'linear'
    ? { strategy: 'linear', ...common, stepMs: s.RETRY_STEP_MS }
    : { strategy: 'exponential', ...common, capMs: s.RETRY_CAP_MS };
}
