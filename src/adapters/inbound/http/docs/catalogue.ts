import { problem, type ProblemExtras } from '../problem.ts';
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from '../problems.ts';
import { escaped, prose, table } from './html.ts';
import type { OpenApiDocument, Operation } from './openapi.ts';

const VALUE = 'must be a string with a whole number from 0 to 2^256-1, decimal or 0x-hex';

/** What stands in an example beside the fields that all have. */
const EXTRAS: Readonly<Partial<Record<ProblemCode, ProblemExtras>>> = {
  malformed_json: { detail: 'The body is not JSON: something unexpected at position 17.' },
  invalid_field: { detail: `value: ${VALUE}`, errors: [{ path: 'value', message: VALUE }] },
  illegal_transition: { current: { status: 'confirmed', version: 7 } },
  version_conflict: { current: { status: 'queued', version: 4 } },
  count_changed: { detail: '4 were found, not 3.', count: 4 },
  not_ready: {
    detail: 'database: SQLITE_FULL',
    parts: [{ name: 'database', ok: false, message: 'SQLITE_FULL' }],
  },
};

/** Headers that belong to a status, beside `X-Request-Id`. */
const HEADERS: Readonly<Record<number, string>> = {
  401: '`WWW-Authenticate`: the scheme that would be right',
  405: '`Allow`: the methods of this address',
  429: '`Retry-After`: whole seconds, after which it passes unless you sent something else meanwhile',
  503: '`Retry-After`: whole seconds, at least one',
};

/** No call names these: they are about the address, the method, or a request that cannot be read. */
const EVERYWHERE = 'Any address.';

/** The error catalogue: `type` of every problem leads to the entry of its code. */
export function catalogue(document: OpenApiDocument): string {
  return `<section id="errors"><h2>Errors</h2>
<p class="lead">${prose('An error is an `application/problem+json` (RFC 9457) with a stable `code`; its `type` links here. `detail` is a sentence for a log, and may change. Every 422 names the fields in `errors`. In a batch a bad item has such a problem in its place.')}</p>
<p class="lead">${prose('Repeat what timed out, 429 and any 5xx: with the same idempotency key, exponentially with full jitter, never earlier than `Retry-After`. Never repeat another 4xx. Behind a gateway you also meet its own answers, which hold no `code`: the same rule.')}</p>
<div class="card">${overview()}</div>
${PROBLEM_CODES.map((code) => entry(code, callsThatAnswer(code, document))).join('\n')}
</section>`;
}

const overview = (): string =>
  table(
    ['Status', 'Code', 'Send it again?'],
    PROBLEM_CODES.map((code) => [
      String(PROBLEMS[code].status),
      `<a href="#${code}"><code>${code}</code></a>`,
      prose(PROBLEMS[code].retry),
    ]),
  );

function entry(code: ProblemCode, calls: readonly Operation[]): string {
  const { status, title, meaning, retry, whatToDo } = PROBLEMS[code];
  const headers = HEADERS[status];
  const links = calls.map(({ operationId, summary }) => `<a href="#${operationId}">${escaped(summary)}</a>`);
  return `<article class="call problem" id="${code}">
<h3>${escaped(title)}</h3>
<p class="line"><span class="method">${status}</span><code>${code}</code></p>
<p>${prose(meaning)}</p>
<dl>
<dt>Send it again?</dt><dd>${prose(retry)}</dd>
<dt>What to do</dt><dd>${prose(whatToDo)}</dd>
${headers === undefined ? '' : `<dt>Headers</dt><dd>${prose(headers)}</dd>\n`}<dt>Answered by</dt><dd>${links.length > 0 ? links.join(' · ') : EVERYWHERE}</dd>
</dl>
<pre><code>${escaped(JSON.stringify(problem(code, EXTRAS[code]), null, 2))}</code></pre>
</article>`;
}

const callsThatAnswer = (code: ProblemCode, { paths }: OpenApiDocument): readonly Operation[] =>
  Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .filter((operation) => operation['x-problems'].includes(code));
