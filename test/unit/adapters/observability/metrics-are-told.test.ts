import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../../../src/adapters/outbound/observability/metric-names.ts';

/** That each one told is declared, the compiler sees; not that each one declared is told. */
const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter(
    (name) => name.endsWith('.ts') && !name.endsWith('metric-names.ts') && !name.endsWith('ports/observability.ts'),
  )
  .map((name) => readFileSync(join('src', name), 'utf8'))
  .join('\n');

it.each(Object.keys(METRICS))(
  '%s is told by somebody: a figure that is always zero misleads whoever watches it',
  (name) => {
    expect(sources).toContain(`'${name}'`);
  },
);

describe('the table in docs/operations.md', () => {
  const rows = new Map(
    [...readFileSync('docs/operations.md', 'utf8').matchAll(/^\| `(broadcaster_\w+)` \|(.*)\|$/gm)].map(
      ([, name = '', rest = '']) => [name, rest.split('|').map((cell) => cell.trim())] as const,
    ),
  );

  it('has all of them, and no other', () => {
    expect([...rows.keys()].sort()).toEqual(Object.keys(METRICS).sort());
  });

  it.each(Object.entries(METRICS))(
    'says of %s its type, its labels, what it counts and what is worth an alarm',
    (name, declared) => {
      const [type, labels, counts, alarm, ...more] = rows.get(name) ?? [];
      expect({ type, labels }).toEqual({ type: declared.type, labels: declared.labels.join(', ') });
      expect(counts).not.toBe('');
      expect(alarm).toMatch(/\w/);
      expect(more).toEqual([]);
    },
  );
});
