import { PROBLEMS, type ProblemCode } from '../problems.ts';
import { isRole, type Who } from '../auth/who.ts';
import type { AnswerSpec, Route } from '../route.ts';
import { problemSchema } from '../schemas/answers.ts';
import type { JsonSchema } from '../schemas/documented.ts';
import { parametersOf, type Parameter } from './parameters-of.ts';
import { problemsOf } from './problems-of.ts';
import { namedSchemas, type NamedSchemas } from './schemas.ts';

interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema; readonly example?: unknown }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: { readonly 'application/json': { readonly schema: JsonSchema; readonly example?: unknown } };
  };
  readonly responses: Readonly<Record<string, Response>>;
  /** Beside what OpenAPI knows: the least role, and the codes that the call answers. */
  readonly 'x-who': Who;
  readonly 'x-problems': readonly ProblemCode[];
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

const TAGS = {
  client: { name: 'Clients', description: 'Send transactions and follow them, with an API key.' },
  admin: {
    name: 'Operators',
    description: 'See everything, edit and retry what failed. Signed-in users; a role admits the higher ones.',
  },
  internal: {
    name: 'Signing side',
    description: 'Endpoint 2: where signed bytes are checked against the record and broadcast.',
  },
  operations: { name: 'Operations', description: 'For whoever runs the service. No credentials.' },
} as const;

const SECURITY_SCHEMES = {
  apiKey: { type: 'http', scheme: 'bearer', description: 'An API key.' },
  session: { type: 'http', scheme: 'bearer', description: 'The token of POST /v1/admin/session.' },
  sessionCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'tb_session',
    description: 'The same token as the console holds it.',
  },
  webhookSignature: { type: 'apiKey', in: 'header', name: 'webhook-signature', description: 'Standard Webhooks.' },
};

const DESCRIPTION =
  'Takes transactions that other systems want on an EVM chain and gets each of them on chain exactly once, or says clearly why it could not. Wei, gas and block numbers are decimal strings; nonce and chainId are numbers; times are ISO 8601 in UTC. Ignore fields and values that you do not know: /v1 grows.';

/** OpenAPI 3.1 of the whole product, whichever of its parts this process runs. */
export function openApiDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const named = namedSchemas(routes);
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const operations = (paths[route.path] ??= {});
    operations[route.method.toLowerCase()] = operationOf(route, named);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Transaction Broadcaster', version, description: DESCRIPTION },
    tags: Object.values(TAGS),
    paths,
    components: { schemas: named.schemas, securitySchemes: SECURITY_SCHEMES },
  };
}

function operationOf(route: Route, named: NamedSchemas): Operation {
  const problems = problemsOf(route);
  const { body } = route;
  return {
    operationId: route.name,
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    tags: [TAGS[route.part].name],
    security: securityOf(route.who),
    parameters: parametersOf(route),
    ...(body && {
      requestBody: {
        required: body.optional !== true,
        content: {
          'application/json': {
            schema: named.refTo(body.shown ?? body.schema),
            ...(body.example !== undefined && { example: body.example }),
          },
        },
      },
    }),
    responses: { ...answersOf(route.answers, named), ...problemResponses(problems, named) },
    'x-who': route.who,
    'x-problems': problems,
  };
}

function securityOf(who: Who): Operation['security'] {
  if (isRole(who)) return [{ session: [] }, { sessionCookie: [] }];
  switch (who) {
    case 'anyone':
      return [];
    case 'client':
      return [{ apiKey: [] }];
    case 'signing side':
      return [{ webhookSignature: [] }];
  }
}

function answersOf(answers: Readonly<Record<number, AnswerSpec>>, named: NamedSchemas): Record<string, Response> {
  return Object.fromEntries(
    Object.entries(answers).map(
      ([status, { description, schema, example, headers = {}, contentType = 'application/json', eventStream }]) => [
        status,
        {
          description,
          headers: Object.fromEntries(
            Object.entries({ 'X-Request-Id': "The caller's, or ours; it is in the log.", ...headers }).map(
              ([name, text]) => [name, { description: text, schema: { type: 'string' } }],
            ),
          ),
          ...(status !== '204' && {
            content: {
              [contentType]: {
                ...(schema && { schema: named.refTo(schema) }),
                ...(example !== undefined && { example }),
              },
              ...(eventStream && { 'text/event-stream': { schema: { type: 'string' } } }),
            },
          }),
        },
      ],
    ),
  );
}

/** One response for each status; its description names the codes. */
function problemResponses(codes: readonly ProblemCode[], named: NamedSchemas): Record<string, Response> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) byStatus.set(PROBLEMS[code].status, [...(byStatus.get(PROBLEMS[code].status) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      String(status),
      {
        description: ofStatus.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
        content: { 'application/problem+json': { schema: named.refTo(problemSchema) } },
      },
    ]),
  );
}
