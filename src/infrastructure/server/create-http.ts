import type { Express } from 'express';
import type { Parts } from '../container/create-container.ts';
import { createApp } from '../../adapters/inbound/http/create-app.ts';
import { configuredAdministrator } from '../../adapters/inbound/http/auth/password.ts';
import { sha256 } from '../../adapters/inbound/http/auth/sha256.ts';
import type { ApiKey } from '../config/secrets.ts';
import { derivedKey } from '../container/foundation.ts';
import { T } from '../container/tokens.ts';
import { readinessOf } from './readiness.ts';

/** The HTTP side on the parts of this process. */
export function createHttp(
  parts: Parts,
  options: {
    readonly version: string;
    readonly staticFolder: string | null;
    /** False where the embedded chain has ended. */
    readonly chainLives: () => boolean;
  },
): Express {
  const { config, secrets, metrics } = parts.get(T.Foundation);
  const { apiKeys, adminPassword, internalSecret, fieldEncryptionKey } = secrets.secrets;
  const [retry, cancel, views] = [parts.get(T.Retry), parts.get(T.Cancel), parts.get(T.Views)];
  return createApp({
    parts: {
      client: {
        accept: parts.get(T.Accept),
        cancel,
        views,
        apiClients: hashes(apiKeys),
        transactionsPerSecond: config.rateLimitPerSecond,
      },
      internal: {
        validateAndBroadcast: parts.get(T.ValidateAndBroadcast),
        internalSecrets: [`whsec_${Buffer.from(internalSecret).toString('base64')}`],
      },
      admin: {
        retry,
        cancel,
        close: parts.get(T.Close),
        views,
        accounts: parts.get(T.Accounts),
        verifyCredentials: configuredAdministrator(
          { username: config.adminUsername, role: 'administrator' },
          adminPassword,
        ),
      },
      operations: {
        readiness: readinessOf(parts, options.chainLives),
        metricsText: () => metrics.text(),
        version: options.version,
      },
    },
    clock: parts.get(T.Clock),
    ids: parts.get(T.Ids),
    log: parts.get(T.Log),
    metrics: parts.get(T.Metrics),
    cursorKey: derivedKey(fieldEncryptionKey, 'page cursors'),
    trustProxy: false,
    wrongCredentialsPerSecond: config.rateLimitPerSecond,
    staticFolder: options.staticFolder,
  });
}

function hashes(keys: readonly ApiKey[]): ReadonlyMap<string, readonly Uint8Array[]> {
  const clients = new Map<string, Uint8Array[]>();
  for (const { client, secret } of keys) clients.set(client, [...(clients.get(client) ?? []), sha256(secret)]);
  return clients;
}
