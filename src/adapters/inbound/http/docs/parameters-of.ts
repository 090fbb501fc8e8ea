import type { Route } from '../route.ts';
import type { JsonSchema } from '../schemas/documented.ts';
import { inlineSchema } from './schemas.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

/** What a call takes beside its body: in the path, the query and the headers. */
export function parametersOf({ path, query, requestHeaders = {} }: Route): Parameter[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']): Parameter => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', format: 'uuid' },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, field]): Parameter => {
    const schema = inlineSchema(field as Parameters<typeof inlineSchema>[0]);
    const { description, ...rest } = schema;
    return {
      name,
      in: 'query',
      required: false,
      ...(typeof description === 'string' && { description }),
      schema: rest,
    };
  });
  const inHeader = Object.entries(requestHeaders).map(([name, description]): Parameter => ({
    name,
    in: 'header',
    required: name.startsWith('webhook-'),
    description,
    schema: { type: 'string' },
  }));
  return [...inPath, ...inQuery, ...inHeader];
}
