import { PROBLEM_CODES } from '../problems.ts';
import { callSection } from './call.ts';
import { catalogue } from './catalogue.ts';
import { GUIDE } from './guide.ts';
import { escaped, prose } from './html.ts';
import type { OpenApiDocument, Operation } from './openapi.ts';
import { STYLE } from './style.ts';

/** The documentation as one page: made from the OpenAPI document and the error catalogue, and asking for nothing else. */
export function docsPage(document: OpenApiDocument): string {
  const calls = callsByTag(document);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(document.info.title)}: API</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<div class="page">
${navigation(document, calls)}
<main>
<h1>${escaped(document.info.title)}</h1>
<p class="lead">${prose(document.info.description)}</p>
<p class="note">Version ${escaped(document.info.version)} · <a href="/openapi.json">openapi.json</a> · JSON in UTF-8 · every answer carries <code>X-Request-Id</code></p>
<p class="note">${prose(PASTE)}</p>
<pre><code>${escaped(SHELL)}</code></pre>
${GUIDE.map(({ id, title, html }) => `<section id="${id}"><h2>${escaped(title)}</h2>\n${html}</section>`).join('\n')}
${calls
  .map(
    ({
      tag,
      operations,
    }) => `<section id="${anchor(tag.name)}"><h2>${escaped(tag.name)}</h2><p class="lead">${prose(tag.description)}</p>
${operations.map(({ path, method, operation }) => callSection(path, method, operation, document.components.schemas)).join('\n')}</section>`,
  )
  .join('\n')}
${catalogue(document)}
</main>
</div>
</body>
</html>
`;
}

const PASTE =
  'The lines below can be pasted into a shell that holds the address, an API key (in `API_KEYS` and in `secrets.json` it stands behind a name: `NAME:KEY`), an id, and for operators the token of a session:';
const SHELL = [
  'URL=http://127.0.0.1:3000 KEY=tb_… ID=…',
  'curl -X POST "$URL/v1/admin/session" -H "Content-Type: application/json" -d \'{"username":"admin","password":"…"}\'',
  'TOKEN=…  # the token of the answer',
].join('\n');

interface Calls {
  readonly tag: OpenApiDocument['tags'][number];
  readonly operations: readonly { readonly path: string; readonly method: string; readonly operation: Operation }[];
}

function callsByTag({ tags, paths }: OpenApiDocument): Calls[] {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return tags.map((tag) => ({ tag, operations: all.filter(({ operation }) => operation.tags.includes(tag.name)) }));
}

const anchor = (name: string): string => name.toLowerCase().replaceAll(' ', '-');

const navigation = ({ info }: OpenApiDocument, calls: readonly Calls[]): string => `<nav aria-label="Contents">
<a class="brand" href="/">${escaped(info.title)}</a>
<h2>Guide</h2><ul>${GUIDE.map(({ id, title }) => `<li><a href="#${id}">${escaped(title)}</a></li>`).join('')}</ul>
${calls
  .map(
    ({ tag, operations }) =>
      `<h2>${escaped(tag.name)}</h2><ul>${operations
        .map(
          ({ operation }) => `<li><a href="#${escaped(operation.operationId)}">${escaped(operation.summary)}</a></li>`,
        )
        .join('')}</ul>`,
  )
  .join('')}
<h2>Errors</h2><ul><li><a href="#errors">How errors look</a></li>${PROBLEM_CODES.map(
  (code) => `<li><a href="#${code}">${code}</a></li>`,
).join('')}</ul>
</nav>`;
