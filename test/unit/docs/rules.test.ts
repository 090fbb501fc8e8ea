import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const below = (folder: string, ending: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(folder, path));

const PAGES = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', ...below('docs', '.md')];
const SOURCES = [...below('src', '.ts'), ...below('test', '.ts'), ...below('scripts', '.ts')].map((path) => ({
  path,
  text: read(path),
}));
const RULES = read('docs/rules.md');
const [, INVARIANTS = ''] = /## Invariants\n(.*?)\n## /s.exec(RULES) ?? [];
const [, FAILURES = ''] = /## Failures that others reported\n(.*)/s.exec(RULES) ?? [];

/** `rule 10`, `invariants 1 and 4`. */
const CITED = /\b(?:rules?|invariants?) (\d+)(?: and (\d+))?\b/gi;
const numbers = (text: string, pattern: RegExp): number[] =>
  [...text.matchAll(pattern)].flatMap(([, ...groups]) => groups.map(Number)).filter((number) => !Number.isNaN(number));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('docs/rules.md', () => {
  it('numbers its invariants and the failures of others', () => {
    expect(numbers(INVARIANTS, /^(\d+)\. \*\*/gm)).toEqual(upTo(12));
    expect(numbers(FAILURES, /^\| (\d+) \|/gm)).toEqual(upTo(18));
  });

  it('has every rule that the code cites', () => {
    const rules = new Set(numbers(INVARIANTS, /^(\d+)\. \*\*/gm));
    const cited = SOURCES.flatMap(({ path, text }) => numbers(text, CITED).map((number) => ({ path, number })));
    expect(cited.length).toBeGreaterThan(20);
    expect(cited.filter(({ number }) => !rules.has(number))).toEqual([]);
  });

  it('has every section that the code cites', () => {
    const cited = SOURCES.flatMap(({ text }) =>
      [...text.matchAll(/rules\.md, "([^"\n]+)"/g)].map(([, section]) => section),
    );
    expect(cited.length).toBeGreaterThan(3);
    for (const section of cited) expect(RULES).toMatch(new RegExp(`^(?:## ${section}$|\\*\\*${section})`, 'm'));
  });
});

describe('pages', () => {
  it('that the code names are there', () => {
    const known = new Set(PAGES.map((path) => basename(path)));
    const named = SOURCES.flatMap(({ path, text }) =>
      [...text.matchAll(/([\w./-]*\w\.md)\b/g)].map(([, page = '']) => ({ path, page })),
    );
    const missing = named.filter(({ page }) =>
      page.startsWith('docs/') ? !existsSync(join(ROOT, page)) : !known.has(basename(page)),
    );
    expect(missing).toEqual([]);
  });

  it('docs/architecture.md names files that are there', () => {
    const files = ['src', 'test', 'scripts'].flatMap((folder) => below(folder, '.ts'));
    const named = [...read('docs/architecture.md').matchAll(/`([\w./-]+\.ts)`/g)].map(([, file = '']) => file);
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((file) => !files.some((path) => `/${path}`.endsWith(`/${file}`)))).toEqual([]);
  });

  it.each(PAGES)('%s: every link leads somewhere', (path) => {
    const links = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const dead = links.filter((link) => !/^https?:/.test(link) && !leads(path, link));
    expect(dead).toEqual([]);
  });
});

/** To a file, and to a heading in it where one is named. */
function leads(from: string, link: string): boolean {
  const [file = '', heading] = link.split('#');
  const target = file === '' ? from : join(dirname(from), file);
  if (!existsSync(join(ROOT, target))) return false;
  if (heading === undefined) return true;
  const headings = [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
  return headings.includes(heading);
}
