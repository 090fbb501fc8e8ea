import type { Express, Request, Response } from 'express';
import { empty, send, type Answer } from './answer.ts';
import { addressOf } from './auth/address-of.ts';
import type { Authentication } from './auth/caller.ts';
import type { Who } from './auth/who.ts';
import { invalid, notFound, problemAnswer } from './problem.ts';
import { requestIdOf, setRouteLabel } from './request/context.ts';
import { pathId } from './request/path-id.ts';
import { bodyReader } from './request/read-json.ts';
import { noQuery, queryReader } from './request/read-query.ts';
import type { Route } from './route.ts';
import type { Services } from './services.ts';

/** `inUse` false: asks about a call that goes on, which is no use of the session. */
export type Authenticate = (who: Who, request: Request, inUse: boolean) => Authentication | Promise<Authentication>;

/** Mounts the routes of the parts that are there: one Express layer for each path, which knows all of its methods. */
export function mount(
  app: Express,
  routes: readonly Route[],
  services: Partial<Services>,
  authenticate: Authenticate,
): void {
  const mounted = routes.filter(({ part }) => services[part]);
  for (const path of new Set(mounted.map((route) => route.path))) {
    const atPath = mounted.filter((route) => route.path === path);
    const calls = new Map(atPath.map((route) => [route.method as string, callOf(route, services, authenticate)]));
    const allow = allowHeader(atPath);
    app.all(path.replaceAll(/\{(\w+)\}/g, ':$1'), async (request, response) => {
      setRouteLabel(response, path);
      const call = calls.get(request.method === 'HEAD' ? 'GET' : request.method);
      const answer = call ? await call(request, response) : notThisMethod(request.method, allow);
      if (answer) send(response, answer);
      else response.destroy();
    });
  }
}

/** null: the caller has gone. */
type Call = (request: Request, response: Response) => Promise<Answer | null>;

/** The steps of every call, in this order: who is calling, the path, the query, the body, and then the call itself. */
function callOf(route: Route, services: Partial<Services>, authenticate: Authenticate): Call {
  const hasId = route.path.includes('{id}');
  const readQuery = queryReader(route.query ?? noQuery);
  // Whoever probes these may add what it likes, against caches or for its log.
  const ignoresQuery = route.part === 'operations';
  const readJson = route.body && bodyReader(route.body);

  return async (request, response) => {
    const authentication = await authenticate(route.who, request, true);
    if (!authentication.ok) return authentication.answer;
    const { caller } = authentication;

    const id = hasId ? pathId(request.params['id']) : undefined;
    if (id === null) return notFound(route.part === 'admin' ? 'admin' : 'client');

    const query = ignoresQuery ? NO_QUERY : readQuery(request.url);
    if (!query.ok) return invalid(query.errors);

    const body = readJson ? await readJson(request, caller) : NO_BODY;
    if (body.kind === 'aborted') return null;
    if (body.kind === 'refused') return body.answer;

    return route.handle(services[route.part] as Services[typeof route.part], {
      caller,
      body: body.value,
      query: query.query,
      id,
      headers: request.headers,
      requestId: requestIdOf(response),
      // Few calls ask for these two, and finding out takes a while.
      get address() {
        return addressOf(request);
      },
      get secure() {
        return request.secure;
      },
      stillAllowed: async () => (await authenticate(route.who, request, false)).ok,
    });
  };
}

const NO_QUERY = { ok: true, query: undefined } as const;
const NO_BODY = { kind: 'valid', value: undefined } as const;

const allowHeader = (routes: readonly Route[]): string =>
  [...routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])), 'OPTIONS'].join(', ');

const notThisMethod = (method: string, allow: string): Answer =>
  method === 'OPTIONS' ? empty(204, { Allow: allow }) : problemAnswer('method_not_allowed', {}, { Allow: allow });
