import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diagram, page } from '../../../scripts/lifecycle-diagram/page.ts';
import { TRANSITIONS } from '../../../src/domain/transaction/lifecycle.ts';
import { TIMELINE_TYPES } from '../../../src/domain/transaction/timeline.ts';
import { STATUSES } from '../../../src/domain/transaction/transaction.ts';

describe('docs/lifecycle.md', () => {
  it('is what scripts/lifecycle-diagram.ts prints', () => {
    const written = readFileSync(new URL('../../../docs/lifecycle.md', import.meta.url), 'utf8');
    expect(written, 'run: npx tsx scripts/lifecycle-diagram.ts > docs/lifecycle.md').toBe(page());
  });

  it('names everything that a timeline tells of', () => {
    for (const type of TIMELINE_TYPES) expect(page()).toContain(type);
  });

  it('draws every transition and every status', () => {
    const lines = diagram(TRANSITIONS).split('\n');
    for (const { from, to, event } of TRANSITIONS)
      expect(lines.some((line) => line.startsWith(`  ${from} --> ${to}: `) && line.includes(event))).toBe(true);
    for (const status of STATUSES) expect(lines.some((line) => line.includes(`--> ${status}`))).toBe(true);
    expect(diagram([])).not.toContain('signed');
  });
});
