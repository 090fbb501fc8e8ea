import { isRole } from './auth/who.ts';
import express, { type Express, type Request } from 'express';
import { send } from './answer.ts';
import { clientAuthentication } from './auth/client-keys.ts';
import { limitFailures } from './auth/failure-limit.ts';
import { sessionAuthentication } from './auth/sessions.ts';
import { webhookAuthentication } from './auth/webhook-signature.ts';
import type { HttpDeps } from './deps.ts';
import { docsPage } from './docs/page.ts';
import { openApiDocument } from './docs/openapi.ts';
import { styleHash } from './docs/style.ts';
import { lastError } from './last-error.ts';
import { mount, type Authenticate } from './mount.ts';
import { cursors as cursorsFor } from './page/cursor.ts';
import { notFound } from './problem.ts';
import { requestContext } from './request/context.ts';
import { ROUTES } from './route-table.ts';
import { securityHeaders } from './security-headers.ts';
import type { Services } from './services.ts';
import { transactionRate } from './transaction-rate.ts';

const EVERYBODY = { ok: true, caller: { kind: 'anyone' } } as const;

/** The HTTP side of the service as an Express application; `listen()` puts it on a port. */
export function createApp(deps: HttpDeps): Express {
  const { parts, staticFolder } = deps;
  const app = express();
  app.set('strict routing', true);
  app.set('case sensitive routing', true);
  app.set('query parser', false);
  app.set('trust proxy', deps.trustProxy);
  app.disable('x-powered-by');
  app.disable('etag');

  app.use(requestContext(deps));
  app.use(securityHeaders([styleHash]));
  const authenticate = limitFailures(authentication(deps), deps.wrongCredentialsPerSecond, deps.clock);
  mount(app, ROUTES, servicesOf(deps), authenticate);

  if (parts.admin) {
    // Who is not signed in does not learn what exists here and what does not.
    app.use('/v1/admin', async (request, response) => {
      const caller = await authenticate('viewer', request, true);
      send(response, caller.ok ? notFound('admin') : caller.answer);
    });
  }
  if (staticFolder !== null) app.use(express.static(staticFolder, { redirect: false }));
  app.use((_request, response) => {
    send(response, notFound('client'));
  });
  app.use(lastError(deps.log));
  return app;
}

function servicesOf({ parts, clock, log, metrics, cursorKey }: HttpDeps): Partial<Services> {
  const cursors = cursorsFor(cursorKey);
  const { client, internal, admin, operations } = parts;
  const document = operations && openApiDocument(ROUTES, operations.version);
  return {
    ...(client && {
      client: {
        ...client,
        clock,
        log,
        cursors,
        rate: transactionRate(client.transactionsPerSecond, clock, metrics),
      },
    }),
    ...(internal && { internal: { ...internal, clock, log } }),
    ...(admin && { admin: { ...admin, clock, log, cursors } }),
    ...(operations &&
      document && {
        operations: { ...operations, clock, log, openApi: JSON.stringify(document), docsPage: docsPage(document) },
      }),
  };
}

/** Each kind of caller is known by its own credentials, and by no other's. */
function authentication({ parts, clock }: HttpDeps): Authenticate {
  const findClient = parts.client?.findClient ?? (async () => null);
  const ofClient = clientAuthentication(findClient);
  const ofSigningSide = webhookAuthentication(parts.internal?.internalSecrets ?? [], clock);
  const ofUser = parts.admin && sessionAuthentication(parts.admin, clock, findClient);
  return (who, request: Request, inUse) => {
    if (isRole(who)) {
      if (!ofUser) throw new Error('a call for users is mounted without the part that knows them');
      return ofUser(request, who, inUse);
    }
    switch (who) {
      case 'anyone':
        return EVERYBODY;
      case 'client':
        return ofClient(request.headers);
      case 'signing side':
        return ofSigningSide(request.headers);
    }
  };
}
