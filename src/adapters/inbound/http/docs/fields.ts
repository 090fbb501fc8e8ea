import type { JsonSchema } from '../schemas/documented.ts';
import { escaped, prose, table } from './html.ts';

export type Schemas = Readonly<Record<string, JsonSchema>>;

const nameIn = (ref: unknown): string => String(ref).split('/').at(-1) ?? '';
const asSchema = (value: unknown): JsonSchema =>
  typeof value === 'object' && value !== null ? (value as JsonSchema) : {};
const asList = (value: unknown): readonly JsonSchema[] => (Array.isArray(value) ? value.map(asSchema) : []);

const resolved = (schema: JsonSchema, schemas: Schemas): JsonSchema =>
  '$ref' in schema ? (schemas[nameIn(schema['$ref'])] ?? {}) : schema;

/** A few words for what may stand there: `string`, `integer or null`, `list of BatchItem`. */
export function typeText(schema: JsonSchema): string {
  if ('$ref' in schema) return nameIn(schema['$ref']);
  const choices = asList(schema['anyOf'] ?? schema['oneOf']);
  if (choices.length > 0) return choices.map(typeText).join(' or ');
  const { type } = schema;
  if (Array.isArray(type)) return type.join(' or ');
  if (type === 'array') return `list of ${typeText(asSchema(schema['items']))}`;
  if ('enum' in schema) return (schema['enum'] as unknown[]).map((one) => `\`${String(one)}\``).join(', ');
  if ('const' in schema) return `\`${String(schema['const'])}\``;
  return typeof type === 'string' ? type : 'anything';
}

/** The description of a schema, or of the one choice of it that has one. */
const descriptionOf = (schema: JsonSchema): string => {
  const own =
    schema['description'] ?? asList(schema['anyOf']).find((choice) => 'description' in choice)?.['description'];
  return typeof own === 'string' ? own : '';
};

/** The objects that a field may hold: itself, each of its choices, or what is in its list (`[]`). */
function objectsIn(
  field: JsonSchema,
  schemas: Schemas,
): readonly { readonly object: JsonSchema; readonly marker: string }[] {
  const schema = resolved(field, schemas);
  if ('properties' in schema) return [{ object: schema, marker: '' }];
  if ('items' in schema)
    return objectsIn(asSchema(schema['items']), schemas).map(({ object, marker }) => ({
      object,
      marker: `[]${marker}`,
    }));
  return asList(schema['anyOf'] ?? schema['oneOf']).flatMap((choice) => objectsIn(choice, schemas));
}

/** The fields of an object, and those of what they hold, however deep: nobody should have to look elsewhere. */
function fieldRows(schema: JsonSchema, schemas: Schemas, prefix = ''): string[][] {
  const { properties, required } = resolved(schema, schemas);
  const needed = new Set(required as string[] | undefined);
  return Object.entries(asSchema(properties)).flatMap(([name, value]) => {
    const field = asSchema(value);
    const must = prefix === '' && needed.has(name) ? ' <span class="note">required</span>' : '';
    const row = [`<code>${escaped(prefix + name)}</code>${must}`, prose(typeText(field)), prose(descriptionOf(field))];
    const inner = objectsIn(field, schemas);
    return [row, ...inner.flatMap(({ object, marker }) => fieldRows(object, schemas, `${prefix}${name}${marker}.`))];
  });
}

export const fieldTable = (schema: JsonSchema, schemas: Schemas): string => {
  const rows = fieldRows(schema, schemas);
  return rows.length > 0 ? table(['Field', 'Type', ''], rows) : '';
};
