import type { Express } from 'express';
import type { Parts } from '../container/create-container.ts';
import { createApp } from '../../adapters/inbound/http/create-app.ts';
import type { EventStreams } from '../../adapters/inbound/http/events/event-streams.ts';
import { knownClients } from '../../adapters/inbound/http/auth/client-keys.ts';
import { sha256 } from '../../adapters/inbound/http/auth/sha256.ts';
import type { ApiKey } from '../config/secrets.ts';
import { WriteProbe } from '../../adapters/outbound/sql/write-probe.ts';
import { FigureGauges } from '../../application/figures/figure-gauges.ts';
import { NodeWatch } from '../../application/overview/node-health.ts';
import { ReadOverview } from '../../application/use-cases/read-overview.ts';
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
    readonly events: EventStreams;
  },
): Express {
  const { config, secrets, metrics, knex, chainId } = parts.get(T.Foundation);
  const { apiKeys, internalSecret, fieldEncryptionKey } = secrets.secrets;
  const [retry, cancel, views] = [parts.get(T.Retry), parts.get(T.Cancel), parts.get(T.Views)];
  const [clock, timers, figures] = [parts.get(T.Clock), parts.get(T.Timers), parts.get(T.Figures)];
  // One for both who ask, so that the disk is asked once a second at most.
  const writes = new WriteProbe(knex, clock);
  const gauges = new FigureGauges({ figures, metrics, clock, timers });
  metrics.gauge('broadcaster_build_info', 1, { version: options.version, node: process.version });
  return createApp({
    parts: {
      client: {
        accept: parts.get(T.Accept),
        cancel,
        views,
        findClient: knownClients(hashes(apiKeys), parts.get(T.ApiClients), parts.get(T.Clock)),
        transactionsPerSecond: config.rateLimitPerSecond,
        events: options.events,
      },
      internal: {
        validateAndBroadcast: parts.get(T.ValidateAndBroadcast),
        internalSecrets: [`whsec_${Buffer.from(internalSecret).toString('base64')}`],
      },
      admin: {
        retry,
        cancel,
        close: parts.get(T.Close),
        createBulkRetry: parts.get(T.CreateBulkRetry),
        bulkJobs: parts.get(T.BulkJobs),
        views,
        overview: new ReadOverview({
          figures,
          nodes: [
            new NodeWatch({
              chainId,
              gate: parts.get(T.Gate),
              market: parts.get(T.Market),
              node: parts.get(T.Node),
              clock,
              timers,
            }),
          ],
          writes,
          clock,
        }),
        accounts: parts.get(T.Accounts),
        signIn: (request) => parts.get(T.SignIn).signIn(request),
        sessionIdleMs: config.sessions.idleMs,
        events: options.events,
      },
      operations: {
        readiness: readinessOf(parts, options.chainLives, writes),
        metricsText: async () => {
          await gauges.refresh();
          return metrics.text();
        },
        version: options.version,
      },
    },
    clock,
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
