import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MUTANTS } from '../../../scripts/mutants/mutants.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('npm run mutants', () => {
  const edits = MUTANTS.flatMap(({ name, edits: all }) => all.map((edit) => ({ name, ...edit })));
  it.each(edits)('$name: finds its line in $file, once', ({ file, find, replace }) => {
    expect(readFileSync(join(ROOT, file), 'utf8').split(find)).toHaveLength(2);
    expect(replace).not.toBe(find);
  });
});
