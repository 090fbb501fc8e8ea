import type { ServerResponse } from 'node:http';
import type { RequestHandler, Response } from 'express';
import type { IdGenerator } from '../../../../application/ports/clock.ts';
import type { Log, Metrics } from '../../../../application/ports/observability.ts';
import { requestIdFrom } from './request-id.ts';

/** What is known of a request beside itself. */
interface Context {
  requestId: string;
  /** The route's path as the table writes it: few values, so that it can be a label. */
  route: string;
  /** It goes on until one side ends it: how long that takes is no measure of anything. */
  streams: boolean;
}
const contexts = new WeakMap<ServerResponse, Context>();

export const requestIdOf = (response: ServerResponse): string => contexts.get(response)?.requestId ?? '';

export function setRouteLabel(response: Response, route: string): void {
  const context = contexts.get(response);
  if (context) context.route = route;
}

export function setStreams(response: ServerResponse): void {
  const context = contexts.get(response);
  if (context) context.streams = true;
}

interface Observers {
  readonly ids: IdGenerator;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Gives each request its id, and counts and times it when its answer is out. */
export const requestContext =
  ({ ids, log, metrics }: Observers): RequestHandler =>
  (request, response, next) => {
    const begin = performance.now();
    const context: Context = {
      requestId: requestIdFrom(request.headers['x-request-id'], ids),
      route: 'none',
      streams: false,
    };
    contexts.set(response, context);
    response.setHeader('X-Request-Id', context.requestId);
    if (request.url.startsWith('/v1/')) response.setHeader('Cache-Control', 'no-store');
    response.once('close', () => {
      const { method } = request;
      const status = response.writableFinished || context.streams ? response.statusCode : 499;
      const ms = performance.now() - begin;
      metrics.count('broadcaster_http_requests_total', 1, {
        method: labelOf(method),
        route: context.route,
        status: String(status),
      });
      if (!context.streams) metrics.observe('broadcaster_http_request_seconds', ms / 1000, { route: context.route });
      log.debug({ requestId: context.requestId, method, route: context.route, status, ms: Math.round(ms) }, 'request');
    });
    next();
  };

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const labelOf = (method: string): string => (METHODS.has(method) ? method : 'other');
