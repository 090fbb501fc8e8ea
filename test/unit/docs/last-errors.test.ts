import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CLASS_POLICY } from '../../../src/domain/node-answer/class-policy.ts';
import { NODE_ERROR_CLASSES } from '../../../src/domain/node-answer/node-error-class.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What stands between the brackets that open at `from`. */
function bracketed(text: string, from: number): string {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return text.slice(from, at);
  }
  return '';
}

/** Every word that the code gives to a wait as its reason: as an argument, or as one of the values of `reason`. */
function reasonsIn(text: string): string[] {
  const calls = [...text.matchAll(/\b(?:waitUncounted|retryUncounted|retryOrFail|countFailure)(?=\()/g)];
  const values = [...text.matchAll(/\bconst reason = ([^;]+);/g)].map(([, value = '']) =>
    value.replaceAll(/=== '\w+'/g, ''),
  );
  return [...calls.map((call) => bracketed(text, call.index + call[0].length)), ...values].flatMap((part) =>
    [...part.matchAll(/'([a-z][A-Za-z]+)'/g)].map(([, word = '']) => word),
  );
}

const sources = ['src/domain', 'src/application'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(ROOT, folder, path), 'utf8')),
);

describe('the table of lastError in docs/operations.md', () => {
  const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const [, table = ''] = /\| `lastError` \|.*\n((?:\|.*\n)+)/.exec(page) ?? [];
  const rows = table.split('\n').flatMap((line) => {
    const [, names = '', , counted = ''] = line.split('|');
    return [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => ({ name, counted: counted.trim() }));
  });
  const written = new Set(rows.map(({ name }) => name));

  it('has every reason that the code gives', () => {
    const given = new Set(sources.flatMap(reasonsIn));
    expect(given.size).toBeGreaterThan(8);
    expect(given).toContain('wrongChain');
    expect([...given].filter((reason) => !written.has(reason))).toEqual([]);
  });

  it('has every class of a node answer that ends nothing, and nothing that is not there', () => {
    const classes = NODE_ERROR_CLASSES.filter((name) => CLASS_POLICY[name].outcome !== 'final');
    expect(classes.filter((name) => !written.has(name))).toEqual([]);
    const known = new Set<string>([...classes, ...sources.flatMap(reasonsIn)]);
    expect([...written].filter((name) => !known.has(name))).toEqual([]);
  });

  it('says of what is counted that it is', () => {
    const counts = (name: string) => rows.find((row) => row.name === name)?.counted;
    for (const name of NODE_ERROR_CLASSES) if (CLASS_POLICY[name].counts) expect(counts(name), name).toBe('yes');
  });
});
