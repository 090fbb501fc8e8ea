import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import type { TransactionId } from '../../../domain/primitives.ts';
import type { Answer } from './answer.ts';
import type { CallerOf } from './auth/caller.ts';
import type { Who } from './auth/who.ts';
import type { PartName, Services } from './services.ts';
import type { ProblemCode } from './problems.ts';

type Method = 'GET' | 'POST' | 'DELETE';

export interface RouteRequest<Caller, Body, Query, Id> {
  readonly caller: Caller;
  /** Validated and normalised by the route's schema. */
  readonly body: Body;
  readonly query: Query;
  /** The path's `{id}`, in the form of an id. */
  readonly id: Id;
  readonly headers: IncomingHttpHeaders;
  readonly requestId: string;
  /** Whom it came from; of an IPv6 address the network, since each of its machines has as many addresses as it likes. */
  readonly address: string;
  /** It came by https, as far as we or a trusted proxy can tell. */
  readonly secure: boolean;
  /** Asks again, later on, whether the caller may still make this call: sessions end. */
  readonly stillAllowed: () => Promise<boolean>;
}

export interface BodySpec<Body> {
  readonly schema: z.ZodType<Body>;
  /** What the documentation shows where `schema` lets items pass that are judged one by one. */
  readonly shown?: z.ZodType;
  readonly maxBytes: number;
  /** It may be left out altogether. */
  readonly optional?: boolean;
  readonly example?: unknown;
}

export interface AnswerSpec {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** Default: application/json. */
  readonly contentType?: string;
  readonly example?: unknown;
  /** What the same call also answers, for who asks for it. */
  readonly eventStream?: true;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One call of the API: what mounting, role checks, 405 and the OpenAPI document are all made from. */
export interface RouteSpec<Part extends PartName, W extends Who, Path extends string, Body, Query> {
  readonly part: Part;
  readonly method: Method;
  /** As OpenAPI writes it: `/v1/transactions/{id}`. */
  readonly path: Path;
  readonly who: W;
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  readonly body?: BodySpec<Body>;
  readonly query?: z.ZodObject & z.ZodType<Query>;
  /** Request headers that the call reads, with what they mean. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  /** Problems beyond those that follow from `who`, `body` and `query`. */
  readonly problems?: readonly ProblemCode[];
  handle(
    services: Services[Part],
    request: RouteRequest<CallerOf<W>, Body, Query, Path extends `${string}{id}${string}` ? TransactionId : undefined>,
  ): Answer | Promise<Answer>;
}

/** A route of any kind, as the table holds it. `handle` is a method so that each route may ask for its own services and caller. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the one place where routes with and without an id meet
export interface Route extends RouteSpec<PartName, Who, any, unknown, unknown> {
  readonly path: string;
}

/** Infers the types of a route's handler from its schemas, its path and its callers. */
export const route = <
  Part extends PartName,
  W extends Who,
  const Path extends string,
  Body = undefined,
  Query = undefined,
>(
  spec: RouteSpec<Part, W, Path, Body, Query>,
): RouteSpec<Part, W, Path, Body, Query> => spec;
