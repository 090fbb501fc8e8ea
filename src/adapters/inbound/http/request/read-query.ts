import { z } from 'zod';
import type { FieldError } from '../problem.ts';
import { fieldErrors } from '../schemas/issues.ts';
import { sentences } from '../schemas/sentences.ts';

export type QueryResult<Query> =
  { readonly ok: true; readonly query: Query } | { readonly ok: false; readonly errors: readonly FieldError[] };

/** Reads the query part of a URL by a schema. Parameters whose schema is a list may be given more than once, others may not. */
export function queryReader<Query>(schema: z.ZodObject & z.ZodType<Query>): (url: string) => QueryResult<Query> {
  const lists = new Set(
    Object.entries(schema.shape)
      .filter(([, field]) => isList(field))
      .map(([name]) => name),
  );
  const without = validated(schema, {});
  return (url) => {
    const start = url.indexOf('?');
    if (start < 0) return without;
    const given = new Map<string, string | string[]>();
    const errors: FieldError[] = [];
    for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
      const before = given.get(name);
      if (Array.isArray(before)) before.push(value);
      else if (lists.has(name)) given.set(name, [value]);
      else if (before === undefined) given.set(name, value);
      else errors.push({ path: name.slice(0, 200), message: 'is given more than once' });
    }
    if (errors.length > 0) return { ok: false, errors: errors.slice(0, 50) };
    return validated(schema, Object.fromEntries(given));
  };
}

function validated<Query>(schema: z.ZodType<Query>, given: unknown): QueryResult<Query> {
  const parsed = schema.safeParse(given, { error: sentences });
  return parsed.success ? { ok: true, query: parsed.data } : { ok: false, errors: fieldErrors(parsed.error) };
}

function isList(field: unknown): boolean {
  if (field instanceof z.ZodOptional) return isList(field.unwrap());
  return field instanceof z.ZodArray;
}

/** For calls that take no parameters: a misspelt one would be believed to do something. */
export const noQuery = z.strictObject({});
