import { z } from 'zod';
import { documentationOf, type JsonSchema } from '../schemas/documented.ts';
import type { Route } from '../route.ts';
import { problemSchema } from '../schemas/answers.ts';
import { batchItem } from '../schemas/transaction-request.ts';
import { adminFeedEvent, feedEvent } from '../schemas/events.ts';
import { adminListedTransaction, adminTransaction, listedTransaction, transaction } from '../schemas/transaction.ts';

const NAMED: Readonly<Record<string, z.ZodType>> = {
  Transaction: transaction,
  ListedTransaction: listedTransaction,
  AdminTransaction: adminTransaction,
  AdminListedTransaction: adminListedTransaction,
  Event: feedEvent,
  AdminEvent: adminFeedEvent,
  BatchItem: batchItem,
  Problem: problemSchema,
};

/** Every schema of the API under a name, and how to refer to each. */
export interface NamedSchemas {
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  refTo(schema: z.ZodType): { readonly $ref: string };
}

const refOf = (id: string) => `#/components/schemas/${id}`;

/** One registry for all, so that a schema that occurs in many calls stands in the document once. */
export function namedSchemas(routes: readonly Route[]): NamedSchemas {
  const registry = z.registry<{ id: string }>();
  const names = new Map<z.ZodType, string>();
  const add = (name: string, schema: z.ZodType) => {
    if (names.has(schema)) return;
    names.set(schema, name);
    registry.add(schema, { id: name });
  };
  for (const [name, schema] of Object.entries(NAMED)) add(name, schema);
  for (const route of routes) {
    const name = `${route.name.charAt(0).toUpperCase()}${route.name.slice(1)}`;
    if (route.body) add(`${name}Body`, route.body.shown ?? route.body.schema);
    for (const { schema } of Object.values(route.answers)) if (schema) add(`${name}Answer`, schema);
  }
  // `input` says what is accepted, and leaves answers open for what /v1 may grow by.
  const { schemas } = z.toJSONSchema(registry, { io: 'input', unrepresentable: 'any', uri: refOf, override: document });
  return {
    schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withoutIdentity(schema)])),
    refTo: (schema) => ({ $ref: refOf(names.get(schema) ?? '') }),
  };
}

/** A parameter's schema, in its place. */
export function inlineSchema(schema: z.ZodType): JsonSchema {
  return withoutIdentity(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override: document }));
}

function document({ zodSchema, jsonSchema }: { readonly zodSchema: object; readonly jsonSchema: object }): void {
  // That a number is no larger than JavaScript can count goes without saying.
  for (const bound of ['minimum', 'maximum']) {
    if (Math.abs(Number(Reflect.get(jsonSchema, bound))) === Number.MAX_SAFE_INTEGER)
      Reflect.deleteProperty(jsonSchema, bound);
  }
  const shown = documentationOf(zodSchema);
  if (!shown) return;
  // With a type it is the whole truth; without, it is said besides.
  if ('type' in shown) for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
  Object.assign(jsonSchema, shown);
}

function withoutIdentity(schema: object): JsonSchema {
  const { $schema: _schema, $id: _id, '~standard': _standard, ...rest } = schema as Record<string, unknown>;
  return rest;
}
