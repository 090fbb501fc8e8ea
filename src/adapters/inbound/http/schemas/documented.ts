import type { z } from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

const shown = new WeakMap<object, JsonSchema>();

/** Says how a schema reads in the API description where it cannot tell itself: what it accepts, before it is normalised. */
export function documentedAs<Schema extends z.ZodType>(schema: Schema, jsonSchema: JsonSchema): Schema {
  shown.set(schema, jsonSchema);
  return schema;
}

export const documentationOf = (schema: object): JsonSchema | undefined => shown.get(schema);
