import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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
