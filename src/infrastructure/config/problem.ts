export const HIDDEN = '(hidden)';
export const NOT_SET = 'not set';

/** One setting that keeps the process from starting. */
export interface Problem {
  readonly name: string;
  /** As it stands in the environment with secrets masked; `HIDDEN` where the whole is one, `NOT_SET` where there is none. */
  readonly value: string;
  /** `value` is what it is where nobody sets it. */
  readonly isDefault?: boolean;
  /** What would be right. Names no other setting: a reader would look for a fault there. */
  readonly expected: string;
}

/** What a person reads before the process ends: every problem at once, a line each. */
export function describeProblems(problems: readonly Problem[]): string {
  const lines = problems.map((problem) => `  ${problem.name} is ${shown(problem)}: ${problem.expected}`);
  const count = problems.length === 1 ? 'one setting is' : `${problems.length} settings are`;
  return [`It does not start, as ${count} not right:`, ...lines].join('\n');
}

function shown({ value, isDefault = false }: Problem): string {
  if (isDefault) return `${value} (the default)`;
  return value === HIDDEN || value === NOT_SET ? value : JSON.stringify(value);
}
