import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CLASS_POLICY } from '../../../src/domain/node-answer/class-policy.ts';
import { OWN_CAUSES } from '../../../src/domain/retry/retry-cause.ts';
import { NODE_ERROR_CLASSES } from '../../../src/domain/node-answer/node-error-class.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('the table of lastError in docs/operations.md', () => {
  const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const [, table = ''] = /\| `lastError` \|.*\n((?:\|.*\n)+)/.exec(page) ?? [];
  const rows = table.split('\n').flatMap((line) => {
    const [, names = '', , counted = ''] = line.split('|');
    return [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => ({ name, counted: counted.trim() }));
  });

  it('has every cause there is, and nothing else', () => {
    const classes = NODE_ERROR_CLASSES.filter((name) => CLASS_POLICY[name].outcome !== 'final');
    expect(rows.map(({ name }) => name).sort()).toEqual([...classes, ...OWN_CAUSES].sort());
  });

  it('says of what is counted that it is', () => {
    const counts = (name: string) => rows.find((row) => row.name === name)?.counted;
    for (const name of NODE_ERROR_CLASSES) if (CLASS_POLICY[name].counts) expect(counts(name), name).toBe('yes');
  });
});
