import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ruleOf, stageOf } from '../../../scripts/bench/stages/stage-of.ts';
import { LAST_RULES, RULES, type Rule } from '../../../scripts/bench/stages/stage-table.ts';
import { ROOT } from '../../../scripts/setup/root.mjs';

const at = (file: string, name = 'f') => ({ name, file, line: 1 });
const exampleOf = ({ under, named }: Rule) => at(/\.[jt]s$/.test(under) ? under : `${under}x.ts`, named?.[0]);
const LANE = at('src/application/use-cases/lane/round.ts');
const QUERY = at('node_modules/knex/lib/dialects/better-sqlite3/index.js', '_query');
const COMMIT = at('node_modules/knex/lib/execution/transaction.js', 'commit');

describe('whose work a stack is', () => {
  it.each([
    [
      'of the innermost frame that has a stage',
      [at('src/adapters/outbound/crypto/key-ring.ts'), LANE],
      'seal and open',
    ],
    [
      'of the caller, where the callee works for anybody',
      [at(''), at('src/application/within.ts'), LANE],
      'lanes: reserve and sign',
    ],
    [
      'of ours, however many frames of a library are inside',
      [QUERY, at('src/adapters/outbound/sql/reads/feed-reads.ts')],
      'SQL: reads',
    ],
    [
      'of a library, where no frame of ours is left',
      [QUERY, at('node:internal/process/task_queues')],
      'SQL: knex, caller unknown',
    ],
    [
      'a COMMIT, whoever waits for it',
      [QUERY, COMMIT, at('src/adapters/outbound/sql/in-transaction.ts')],
      'SQL: COMMIT with its fsync',
    ],
    ['no COMMIT, where knex begins', [QUERY, { ...COMMIT, name: 'begin' }], 'SQL: knex, caller unknown'],
    ['idle', [at('', '(idle)')], 'idle'],
    ['other', [at('file.js')], 'other'],
  ] as const)('is %s', (_, stack, stage) => {
    expect(stageOf(stack)).toBe(stage);
  });

  it.each([...RULES, ...LAST_RULES])('has a rule for $under that no earlier one of its list hides', (rule) => {
    expect(ruleOf(exampleOf(rule), RULES.includes(rule) ? RULES : LAST_RULES)).toBe(rule);
  });

  it.each([...RULES, ...LAST_RULES].map(({ under }) => under).filter((under) => !under.startsWith('node:')))(
    'speaks of %s, which is there',
    (under) => {
      const path = join(ROOT, under);
      const beginsSo = (name: string): boolean => name.startsWith(basename(path));
      expect(existsSync(path) || readdirSync(dirname(path)).some(beginsSo)).toBe(true);
    },
  );
});
