import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBLEM_CODES } from '../../../src/adapters/inbound/http/problems.ts';
import { ROUTES } from '../../../src/adapters/inbound/http/route-table.ts';
import { LAST_ERROR_MEANINGS, STATUS_MEANINGS } from '../../../src/adapters/inbound/http/schemas/meanings.ts';
import type { OpenApiDocument } from '../../../src/adapters/inbound/http/docs/openapi.ts';
import { FAILURE_CODES } from '../../../src/domain/transaction/failure.ts';
import { STATUSES, TERMINAL_STATUSES } from '../../../src/domain/transaction/transaction.ts';
import { TIMELINE_TYPES } from '../../../src/domain/transaction/timeline.ts';
import { LedgerUnavailable } from '../../../src/application/ports/ledger-unavailable.ts';
import { asClient, asUser, fakeApp } from '../../support/http-app.ts';

describe('operations', () => {
  it('liveness, metrics, and readiness that names the part', async () => {
    const { app, probes } = fakeApp();
    expect((await request(app).get('/healthz?from=probe')).body).toEqual({ status: 'ok' });
    expect((await request(app).get('/metrics')).text).toBe('up 1\n');
    expect((await request(app).get('/readyz')).body).toEqual({ status: 'ready', parts: probes });
    probes.push({ name: 'chain 31337', ok: false, message: 'another genesis block' });
    const response = await request(app).get('/readyz');
    expect([response.status, response.headers['retry-after'], response.headers['content-type']]).toEqual([
      503,
      '2',
      'application/problem+json; charset=utf-8',
    ]);
    expect(response.body).toMatchObject({
      code: 'not_ready',
      detail: 'chain 31337: another genesis block',
      parts: probes,
    });
  });

  it('readiness that breaks is a part that is down', async () => {
    const { app } = fakeApp(({ parts, ...deps }) => ({
      ...deps,
      parts: {
        ...parts,
        ...(parts.operations && {
          operations: { ...parts.operations, readiness: () => Promise.reject(new Error('no idea')) },
        }),
      },
    }));
    expect((await request(app).get('/readyz')).body).toMatchObject({
      code: 'not_ready',
      parts: [{ name: 'readiness', ok: false, message: 'no idea' }],
    });
  });

  it('OpenAPI 3.1 lists every route, and every reference in it leads somewhere', async () => {
    const document = (await request(fakeApp().app).get('/openapi.json')).body as OpenApiDocument;
    expect([document.openapi, document.info.version]).toEqual(['3.1.0', '1.2.3']);
    for (const { path, method } of ROUTES) expect(document.paths[path]?.[method.toLowerCase()]).toBeDefined();
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w*)"/g))
      expect(document.components.schemas).toHaveProperty([name ?? '']);
    expect(text).not.toContain('"$schema"');
    const { SubmitTransactionBody: submit, BatchItem: item } = document.components.schemas;
    expect(submit).toMatchObject({
      additionalProperties: false,
      properties: {
        to: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        value: { type: 'string' },
        from: { pattern: '^0x[0-9a-fA-F]{40}$' },
      },
    });
    expect(Object.keys(submit?.['properties'] ?? {})).not.toContain('idempotencyKey');
    expect(item).toMatchObject({ additionalProperties: false, properties: { idempotencyKey: { maxLength: 255 } } });
  });

  it('the docs page explains every code, and asks nobody for anything', async () => {
    const response = await request(fakeApp().app).get('/docs');
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    for (const code of PROBLEM_CODES) expect(response.text).toContain(`id="${code}"`);
    for (const { name } of ROUTES) expect(response.text).toContain(`id="${name}"`);
    for (const name of [...STATUSES, ...FAILURE_CODES, ...Object.keys(LAST_ERROR_MEANINGS)])
      expect(response.text).toContain(`<td><code>${name}</code></td>`);
    for (const type of TIMELINE_TYPES) expect(response.text).toContain(`<code>${type}</code>`);
    expect(response.text).not.toMatch(/<script|<img|@import|url\(|(?:src|href)="(?:https?:)?\/\//);
    const [, hash] = /style-src [^;]*'(sha256-[^']+)'/.exec(response.headers['content-security-policy'] ?? '') ?? [];
    expect(hash).toBeDefined();
    expect(response.headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    expect(response.headers['strict-transport-security']).toBeUndefined();
    expect(response.headers['x-powered-by']).toBeUndefined();
  });
});

describe('the docs page', () => {
  it('calls those statuses final that the domain calls so', () => {
    const final = STATUSES.filter((status) => STATUS_MEANINGS[status].final === 'yes');
    expect(final).toEqual(TERMINAL_STATUSES);
  });

  it('shows the fields of a transaction at once, and those of the rest when asked', async () => {
    for (const name of ['submitTransaction', 'readTransaction'])
      expect(await sectionOf(name)).toContain('<details open>');
    expect(await sectionOf('listSigners')).toContain('<details>');
  });

  it('says of the fields of a retry what left out and null mean', async () => {
    const section = await sectionOf('retryTransaction');
    for (const text of ['What is left out stays as it is now', 'null: estimated anew', 'null: no such moment'])
      expect(section).toContain(text);
  });

  const sectionOf = async (name: string): Promise<string> => {
    const { text } = await request(fakeApp().app).get('/docs');
    return new RegExp(`<article class="call" id="${name}">.*?</article>`, 's').exec(text)?.[0] ?? '';
  };

  it.each([
    [
      'readTransaction',
      ['failure.code', 'closed.reason', 'block.hash', 'retry.nextAt', 'attempts[].error.code', 'events[].type'],
    ],
    ['listTransactions', ['items[].failure.message', 'items[].block.number', 'nextCursor']],
    ['submitBatch', ['transactions[].idempotencyKey', 'results[].id', 'results[].error.errors[].path']],
    ['retryTransaction', ['changes.gasLimit', 'failure.nodeMessage']],
  ])('shows what the fields of %s hold, however deep', async (name, fields) => {
    const section = await sectionOf(name);
    for (const field of fields) expect(section).toContain(`<code>${field}</code>`);
  });

  it('has a line to paste for every call but the signing side\u2019s, with the right credentials', async () => {
    for (const { name, method, path, who } of ROUTES) {
      const section = await sectionOf(name);
      if (who === 'signing side') expect(section).not.toContain('curl');
      else
        expect(section).toContain(
          `curl${method === 'GET' ? '' : ` -X ${method}`} &quot;$URL${path.replace('{id}', '$ID')}&quot;`,
        );
      expect(section.includes('Bearer $KEY')).toBe(who === 'client');
      expect(section.includes('Bearer $TOKEN')).toBe(['viewer', 'operator', 'administrator'].includes(who));
    }
  });
});

describe('what must not be shown', () => {
  it('a ledger that is away is 503 with Retry-After', async () => {
    const { app, record } = fakeApp();
    record.broken = new LedgerUnavailable('disk full');
    for (const call of [
      request(app)
        .post('/v1/transactions')
        .send({ to: `0x${'1'.repeat(40)}` }),
      request(app).get('/v1/transactions'),
    ]) {
      const response = await call.set(asClient);
      expect([response.status, response.headers['retry-after'], (response.body as { code: string }).code]).toEqual([
        503,
        '2',
        'unavailable',
      ]);
    }
  });

  it('a bug is 503 too; what it was stands in the log alone', async () => {
    const { app, record, log } = fakeApp();
    record.broken = new TypeError('inner secrets');
    const response = await request(app).get('/v1/admin/transactions').set(asUser('viewer')).set('X-Request-Id', 'r-9');
    expect([response.status, response.text.includes('inner')]).toEqual([503, false]);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ requestId: 'r-9' }) as unknown }),
    );
  });

  it('counts and times each request under the path of its route', async () => {
    const { app, metrics, log } = fakeApp();
    await request(app).get('/v1/transactions/00000000-0000-7000-8000-0000000000ff').set(asClient);
    await request(app).get('/wp-admin.php');
    const counted = metrics.recorded
      .filter(({ name }) => name === 'broadcaster_http_requests_total')
      .map(({ labels }) => labels);
    expect(counted).toEqual([
      { method: 'GET', route: '/v1/transactions/{id}', status: '404' },
      { method: 'GET', route: 'none', status: '404' },
    ]);
    expect(log.lines.every(({ level }) => level === 'debug')).toBe(true);
  });

  it.each(['', 'a b', 'é', 'x'.repeat(129)])('a request id of the form %j is replaced by ours', async (id) => {
    const response = await request(fakeApp().app).get('/healthz').set('X-Request-Id', id);
    expect(response.headers['x-request-id']).toMatch(/^00000000-/);
  });
});

describe('/', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'static-'));
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>console</title>');
    await writeFile(join(folder, '.secret'), 'x');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('serves the folder and nothing else', async () => {
    const { app } = fakeApp((deps) => ({ ...deps, staticFolder: folder }));
    const index = await request(app).get('/');
    expect([index.status, index.text.includes('console'), index.headers['x-content-type-options']]).toEqual([
      200,
      true,
      'nosniff',
    ]);
    for (const path of [
      '/.secret',
      '/..%2f..%2fetc%2fpasswd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/%00',
      '/%zz',
      '/index.html/x',
    ]) {
      const response = await request(app).get(path);
      expect([path, response.status, response.headers['content-type']]).toEqual([
        path,
        404,
        'application/problem+json; charset=utf-8',
      ]);
    }
    for (const headers of [{ Range: 'bytes=999-' }, { 'If-Match': '"x"' }]) {
      const response = await request(app)
        .get('/index.html')
        .set(headers as Record<string, string>);
      if (response.status >= 400)
        expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    }
    expect((await request(app).post('/')).status).toBe(404);
  });
});
