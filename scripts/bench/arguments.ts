import { parseArgs } from 'node:util';

export const SUITES = ['end-to-end', 'posts', 'latency', 'cost', 'stages', 'history'] as const;
export type SuiteName = (typeof SUITES)[number];

/** What one suite is to do. What it has no use for it leaves alone. */
export interface SuiteOptions {
  /** Transactions of a run. */
  readonly count: number;
  readonly runs: number;
  readonly signers: readonly number[];
  /** Each: whether the gas limit is left out, so that the service must find it. */
  readonly estimates: readonly boolean[];
  readonly blockMs: number;
  /** suite `posts`: how long each side is loaded, and over how many connections. */
  readonly seconds: number;
  readonly connections: number;
  /** suite `latency` */
  readonly ratePerSecond: number;
  /** suite `history`: confirmed rows that are there before. */
  readonly rows: number;
  readonly verbose: boolean;
}

export interface Arguments {
  readonly suites: readonly SuiteName[];
  readonly optionsOf: (suite: SuiteName) => SuiteOptions;
  /** Where the JSON document goes; null: nowhere. */
  readonly jsonFile: string | null;
}

/** Everything that is wrong with the command, at once. */
export class ArgumentProblem extends Error {
  override readonly name = 'ArgumentProblem';
}

const COMMON = {
  count: 20_000,
  runs: 5,
  signers: [1, 4],
  estimates: [false, true],
  blockMs: 200,
  seconds: 10,
  connections: 32,
  ratePerSecond: 10,
  rows: 1_000_000,
  verbose: false,
} as const satisfies SuiteOptions;

const DEFAULTS: Readonly<Record<SuiteName, SuiteOptions>> = {
  'end-to-end': COMMON,
  posts: { ...COMMON, signers: [4], estimates: [false] },
  latency: { ...COMMON, count: 1_000, runs: 1, signers: [4] },
  cost: { ...COMMON, count: 200_000, runs: 1, signers: [4], estimates: [false] },
  stages: { ...COMMON, count: 10_000, runs: 1, signers: [4], estimates: [false] },
  history: { ...COMMON, signers: [4], estimates: [false] },
};

const MOST_SIGNERS = 10; // accounts that Anvil gives money to

/** @throws {ArgumentProblem} */
export function readArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parsed(argv);
  const problems: string[] = [];
  const whole = (name: NumberOption, most = Number.MAX_SAFE_INTEGER): number | undefined => {
    const text = values[name];
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > most) problems.push(`--${name} ${text}: a whole number from 1`);
    return value;
  };
  const given = {
    count: whole('count'),
    runs: whole('runs'),
    blockMs: whole('block-ms'),
    seconds: whole('seconds'),
    connections: whole('connections'),
    ratePerSecond: whole('rate', 1_000),
    rows: whole('rows'),
    signers: signersOf(values.signers, problems),
    estimates: estimatesOf(values.estimate, problems),
    verbose: values.verbose,
  };
  const suites = suitesOf(positionals, problems);
  if (problems.length > 0) throw new ArgumentProblem(problems.join('\n'));
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    suites,
    optionsOf: (suite) => ({ ...DEFAULTS[suite], ...options }),
    jsonFile: values.json ?? null,
  };
}

type NumberOption = 'count' | 'runs' | 'block-ms' | 'seconds' | 'connections' | 'rate' | 'rows';

function parsed(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        count: text,
        runs: text,
        signers: text,
        estimate: text,
        'block-ms': text,
        seconds: text,
        connections: text,
        rate: text,
        rows: text,
        json: text,
        verbose: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new ArgumentProblem(error instanceof Error ? error.message : String(error));
  }
}

function suitesOf(names: readonly string[], problems: string[]): readonly SuiteName[] {
  if (names.length === 0) return ['end-to-end'];
  if (names.includes('all')) return SUITES;
  return names.flatMap((name) => {
    const suite = SUITES.find((known) => known === name);
    if (suite === undefined) problems.push(`${name}: no such suite; there are ${SUITES.join(', ')}, and all`);
    return suite ?? [];
  });
}

function signersOf(text: string | undefined, problems: string[]): readonly number[] | undefined {
  if (text === undefined) return undefined;
  const numbers = text.split(',').map(Number);
  if (!numbers.every((n) => Number.isInteger(n) && n >= 1 && n <= MOST_SIGNERS))
    problems.push(`--signers ${text}: numbers from 1 to ${MOST_SIGNERS}, such as 1,4`);
  return numbers;
}

function estimatesOf(text: string | undefined, problems: string[]): readonly boolean[] | undefined {
  switch (text) {
    case undefined:
      return undefined;
    case 'both':
      return [false, true];
    case 'yes':
      return [true];
    case 'no':
      return [false];
    default:
      problems.push(`--estimate ${text}: both, yes or no`);
      return undefined;
  }
}
