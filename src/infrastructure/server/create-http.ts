import type { Express } from 'express';
import type { Container } from 'inversify';
import { createApp } from '../../adapters/inbound/http/create-app.ts';
import { configuredAdministrator } from '../../adapters/inbound/http/auth/password.ts';
import { sha256 } from '../../adapters/inbound/http/auth/sha256.ts';
import type { ApiKey } from '../config/secrets.ts';
import { derivedKey } from '../container/foundation.ts';
import { T } from '../container/tokens.ts';
import { readinessOf } from './readiness.ts';

/** The HTTP side on the parts of this process. */
export function createHttp(
  container: Container,
  options: { readonly version: string; readonly staticFolder: string | null },
): Express {
  const { config, secrets, metrics } = container.get(T.Foundation);
  const { apiKeys, adminPassword, internalSecret, fieldEncryptionKey } = secrets.secrets;
  const [retry, cancel, views] = [container.get(T.Retry), container.get(T.Cancel), container.get(T.Views)];
  return createApp({
    parts: {
      client: {
        accept: container.get(T.Accept),
        cancel,
        views,
        apiClients: hashes(apiKeys),
        transactionsPerSecond: config.rateLimitPerSecond,
      },
      internal: {
        validateAndBroadcast: container.get(T.ValidateAndBroadcast),
        internalSecrets: [`whsec_${Buffer.from(internalSecret).toString('base64')}`],
      },
      admin: {
        retry,
        cancel,
        views,
        accounts: container.get(T.Accounts),
        verifyCredentials: configuredAdministrator(
          { username: config.adminUsername, role: 'administrator' },
          adminPassword,
        ),
      },
      operations: { readiness: readinessOf(container), metricsText: () => metrics.text(), version: options.version },
    },
    clock: container.get(T.Clock),
    ids: container.get(T.Ids),
    log: container.get(T.Log),
    metrics: container.get(T.Metrics),
    cursorKey: derivedKey(fieldEncryptionKey, 'page cursors'),
    trustProxy: false,
    staticFolder: options.staticFolder,
  });
}

function hashes(keys: readonly ApiKey[]): ReadonlyMap<string, readonly Uint8Array[]> {
  const clients = new Map<string, Uint8Array[]>();
  for (const { client, secret } of keys) clients.set(client, [...(clients.get(client) ?? []), sha256(secret)]);
  return clients;
}
