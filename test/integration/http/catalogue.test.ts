import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import request from 'supertest';
import { beforeAll, describe, expect, it } from 'vitest';
import { problem } from '../../../src/adapters/inbound/http/problem.ts';
import { PROBLEM_CODES, PROBLEMS } from '../../../src/adapters/inbound/http/problems.ts';
import { LAST_ERROR_MEANINGS } from '../../../src/adapters/inbound/http/schemas/meanings.ts';
import { CLASS_POLICY } from '../../../src/domain/node-answer/class-policy.ts';
import { NODE_ERROR_CLASSES } from '../../../src/domain/node-answer/node-error-class.ts';
import { OWN_CAUSES } from '../../../src/domain/retry/retry-cause.ts';
import { FAILURE_CODES } from '../../../src/domain/transaction/failure.ts';
import { fakeApp } from '../../support/http-app.ts';

const HTTP = fileURLToPath(new URL('../../../src/adapters/inbound/http/', import.meta.url));

let page = '';
beforeAll(async () => {
  page = (await request(fakeApp().app).get('/docs')).text;
});

const unescaped = (html: string): string =>
  html
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
const section = (id: string): string => new RegExp(`<section id="${id}">.*?</section>`, 's').exec(page)?.[0] ?? '';

describe.each(PROBLEM_CODES)('the entry of %s', (code) => {
  const entry = (): string =>
    new RegExp(`<article class="call problem" id="${code}">.*?</article>`, 's').exec(page)?.[0] ?? '';

  it('is where the `type` of its problem leads, and nothing else is', async () => {
    const [path, anchor] = problem(code).type.split('#') as [string, string];
    expect(path).toBe('/docs');
    expect(page.split(` id="${anchor}"`)).toHaveLength(2);
    expect(entry()).not.toBe('');
  });

  it('says status, meaning, whether to send it again, and what to do', () => {
    const text = unescaped(entry().replaceAll(/<\/?code>/g, '`'));
    const { status, meaning, retry, whatToDo } = PROBLEMS[code];
    for (const part of [`>${status}<`, meaning, retry, whatToDo]) expect(text).toContain(part);
  });

  it('shows a body as it is sent, and the headers that come with it', () => {
    const [, example = ''] = /<pre><code>(.*?)<\/code><\/pre>/s.exec(entry()) ?? [];
    const body = JSON.parse(unescaped(example)) as { code: string; status: number; errors?: unknown[] };
    expect(body).toMatchObject({ code, status: PROBLEMS[code].status, type: `/docs#${code}` });
    expect((body.errors?.length ?? 0) > 0).toBe(body.status === 422);
    const header = { 401: 'WWW-Authenticate', 405: 'Allow', 429: 'Retry-After', 503: 'Retry-After' }[body.status];
    if (header !== undefined) expect(entry()).toContain(`<dt>Headers</dt><dd><code>${header}</code>`);
  });

  it('is answered by something', () => {
    const sources = readdirSync(HTTP, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/problems(?:-of)?\.ts$|catalogue\.ts$/.test(name))
      .map((name) => readFileSync(join(HTTP, name), 'utf8'))
      .join('\n');
    expect(sources).toContain(`'${code}'`);
  });
});

it('every link within the page leads somewhere', () => {
  for (const [, anchor = ''] of page.matchAll(/href="#([^"]+)"/g))
    expect([anchor, page.includes(` id="${anchor}"`)]).toEqual([anchor, true]);
});

describe('what a transaction can say is explained', () => {
  it.each(FAILURE_CODES)('failure.code %s', (code) => {
    expect(section('failures')).toContain(`<td><code>${code}</code></td>`);
  });

  it.each(NODE_ERROR_CLASSES)('attempts[].error.class %s, with the code that it ends in', (name) => {
    const [row] = section('node-answers')
      .split('<tr>')
      .filter((one) => one.startsWith(`<td><code>${name}</code></td>`));
    expect(row).toBeDefined();
    const { outcome, failureCode, counts } = CLASS_POLICY[name];
    const atOnce = outcome === 'final' || outcome === 'tryOtherEndpoint';
    const end = failureCode ?? (counts ? 'retries_exhausted' : null);
    if (end !== null) expect(row).toContain(`${atOnce ? 'Fails with' : 'in the end'} <code>${end}</code>`);
    else expect(FAILURE_CODES.filter((code) => row?.includes(code))).toEqual([]);
  });

  it.each([...NODE_ERROR_CLASSES.filter((name) => CLASS_POLICY[name].outcome !== 'final'), ...Object.keys(OWN_CAUSES)])(
    'retry.lastError %s',
    (name) => {
      expect(Object.keys(LAST_ERROR_MEANINGS)).toContain(name);
      expect(section('waits')).toContain(`<td><code>${name}</code></td>`);
    },
  );
});
