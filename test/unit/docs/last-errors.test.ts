import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CLASS_POLICY } from '../../../src/domain/node-answer/class-policy.ts';
import { NODE_ERROR_CLASSES, type NodeErrorClass } from '../../../src/domain/node-answer/node-error-class.ts';
import { OWN_CAUSES } from '../../../src/domain/retry/retry-cause.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Where no wait follows from an answer to bytes, only an estimate can have left the cause, and there every such answer counts. */
const countsAsLastError = (name: NodeErrorClass): boolean =>
  CLASS_POLICY[name].counts || ['accepted', 'tryOtherEndpoint'].includes(CLASS_POLICY[name].outcome);

const COUNTED: ReadonlyMap<string, boolean> = new Map([
  ...NODE_ERROR_CLASSES.filter((name) => CLASS_POLICY[name].outcome !== 'final').map(
    (name) => [name, countsAsLastError(name)] as const,
  ),
  ...Object.entries(OWN_CAUSES).map(([name, { counts }]) => [name, counts] as const),
]);

describe('the table of lastError in docs/operations.md', () => {
  const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const [, table = ''] = /\| `lastError` \|.*\n((?:\|.*\n)+)/.exec(page) ?? [];
  const rows = table.split('\n').flatMap((line) => {
    const [, names = '', , counted = ''] = line.split('|');
    return [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => ({ name, counted: counted.trim() }));
  });

  it('has every cause there is once, and nothing else', () => {
    expect(rows.map(({ name }) => name).sort()).toEqual([...COUNTED.keys()].sort());
  });

  it.each(rows)('says rightly whether $name is counted', ({ name, counted }) => {
    expect(counted).toBe(COUNTED.get(name) === true ? 'yes' : 'no');
  });
});
