import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PROBLEM_CODES } from '../../../src/adapters/inbound/http/problems.ts';
import { ROUTES } from '../../../src/adapters/inbound/http/route-table.ts';
import { STATUSES } from '../../../src/domain/transaction/transaction.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
describe('docs/api.md', () => {
  const page = readFileSync(join(ROOT, 'docs/api.md'), 'utf8');

  it('says of each status whether one may pay in another way', () => {
    const [, table = ''] = /\| `status` \|.*\n.*\n((?:\|.*\n)+)/.exec(page) ?? [];
    const named = [...table.matchAll(/^\|((?: `\w+`)+) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/\w+/g)]);
    expect(new Set(named.map(([status]) => status))).toEqual(new Set(STATUSES));
  });

  it('names calls and codes that there are', () => {
    const paths = new Set(ROUTES.map(({ path }) => path));
    const called = [...page.matchAll(/`(?:GET|POST|DELETE) (\/v1[^`?\s]*)/g)];
    expect(called.length).toBeGreaterThan(3);
    for (const [, path = ''] of called) expect([path, paths.has(path)]).toEqual([path, true]);
    for (const [, code = ''] of page.matchAll(/409 `(\w+)`/g)) expect(PROBLEM_CODES).toContain(code);
  });
});
