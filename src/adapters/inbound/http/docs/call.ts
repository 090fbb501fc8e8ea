import { PROBLEMS } from '../problems.ts';
import type { Operation } from './openapi.ts';
import { fieldTable, typeText, type Schemas } from './fields.ts';
import { escaped, prose, table } from './html.ts';

const WHO: Readonly<Record<Operation['x-who'], string>> = {
  anyone: 'anyone',
  client: 'client',
  'signing side': 'signing side',
  viewer: 'viewer and above',
  operator: 'operator and above',
  administrator: 'administrator',
};

/** One call: who, what goes in, what comes out, which errors. */
export function callSection(path: string, method: string, operation: Operation, schemas: Schemas): string {
  const body = operation.requestBody?.content['application/json'];
  return `<article class="call" id="${escaped(operation.operationId)}">
<h3>${escaped(operation.summary)}</h3>
<p class="line"><span class="method ${method}">${method.toUpperCase()}</span><code>${escaped(path)}</code><span class="who">${WHO[operation['x-who']]}</span></p>
${operation.description === undefined ? '' : `<p>${prose(operation.description)}</p>`}
${parameterTable(operation)}
${body ? `<h4>Body</h4>${fieldTable(body.schema, schemas)}` : ''}
${operation['x-who'] === 'signing side' ? '' : `<pre><code>${escaped(curlLine(path, method, operation))}</code></pre>`}
${answers(operation, schemas)}
${problems(operation)}
</article>`;
}

function parameterTable({ parameters }: Operation): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(({ name, in: where, required, schema, description = '' }) => [
    `<code>${escaped(name)}</code>${required ? ' <span class="note">required</span>' : ''}`,
    where,
    prose(typeText(schema)),
    prose(description),
  ]);
  return `<h4>Parameters</h4>${table(['Name', 'In', 'Type', ''], rows)}`;
}

function answers({ responses }: Operation, schemas: Schemas): string {
  return Object.entries(responses)
    .filter(([status]) => Number(status) < 400)
    .map(([status, { description, headers = {}, content = {} }]) => {
      const types = Object.keys(content).map((type) => `<code>${escaped(type)}</code>`);
      const { schema } = Object.values(content)[0] ?? {};
      // What a client reads most stands open.
      const open = schema?.['$ref'] === '#/components/schemas/Transaction' ? ' open' : '';
      const fields = schema ? fieldTable(schema, schemas) : '';
      const sent = Object.keys(headers).filter((name) => name !== 'X-Request-Id');
      return `<h4>Answer</h4><p class="note"><code>${status}</code> ${prose(description)}${types.length === 0 ? '' : ` ${types.join(' or ')}`}${
        sent.length > 0 ? ` with ${sent.map((name) => `<code>${escaped(name)}</code>`).join(', ')}` : ''
      }</p>${fields === '' ? '' : `<details${open}><summary>Fields</summary>${fields}</details>`}`;
    })
    .join('');
}

function problems(operation: Operation): string {
  const codes = operation['x-problems'];
  if (codes.length === 0) return '';
  const links = codes.map((code) => `<a href="#${code}">${PROBLEMS[code].status} ${code}</a>`);
  return `<h4>Errors</h4><p class="note codes">${links.join(' · ')}</p>`;
}

/** What a shell holds for each caller: an API key, or the token of a session. */
const CREDENTIALS: Readonly<Partial<Record<Operation['x-who'], string>>> = {
  client: '$KEY',
  viewer: '$TOKEN',
  operator: '$TOKEN',
  administrator: '$TOKEN',
};

/** A line to paste into a shell that has `URL`, `KEY`, `TOKEN` and `ID` (the page says how). */
function curlLine(path: string, method: string, operation: Operation): string {
  const verb = method === 'get' ? '' : ` -X ${method.toUpperCase()}`;
  const credentials = CREDENTIALS[operation['x-who']];
  const example = operation.requestBody?.content['application/json'].example;
  return [
    `curl${verb} "$URL${path.replace('{id}', '$ID')}"`,
    ...(credentials === undefined ? [] : [`-H "Authorization: Bearer ${credentials}"`]),
    ...(example === undefined ? [] : ['-H "Content-Type: application/json"', `-d '${JSON.stringify(example)}'`]),
  ].join(' \\\n  ');
}
