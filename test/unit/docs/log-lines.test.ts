import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const SOURCES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'))
  .join('\n');

const CALL = /\blog\.(?:error|warn)\(/g;
/** The message behind the fields; of one that is put together, the part that is always the same. */
const MESSAGE = /\blog\.(?:error|warn)\(\s*\{[^{}]*\},\s*(?:'([^'\n]+)'( \+)?|"([^"\n]+)"|`([^$`]+)(\$)?)/g;
const said = [...SOURCES.matchAll(MESSAGE)].map(([, single, more, double, template, cut]) => ({
  text: single ?? double ?? template ?? '',
  open: more !== undefined || cut !== undefined,
}));

const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
const [, table = ''] = /## What the log says.*\n\| line .*\n.*\n((?:\|.*\n)+)/.exec(page) ?? [];
const rows = table
  .split('\n')
  .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text));

/** A line that ends with `…` tells the beginning of a longer one. */
function tells(row: string, { text, open }: (typeof said)[number]): boolean {
  const start = row.endsWith(' …') ? row.slice(0, -2) : null;
  if (start === null) return row === text && !open;
  return text.startsWith(start) || (open && start.startsWith(text));
}

describe('the table of log lines in docs/operations.md', () => {
  it('is compared with every line of trouble in the code', () => {
    expect(said).toHaveLength([...SOURCES.matchAll(CALL)].length);
  });

  it.each(said)('has "$text"', (line) => {
    expect(rows.filter((row) => tells(row, line))).not.toEqual([]);
  });

  it.each(rows)('has no line that nobody says: %s', (row) => {
    expect(said.some((line) => tells(row, line))).toBe(true);
  });
});
