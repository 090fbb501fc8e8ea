import { textTable } from '../report/table.ts';
import { totalMicros, type FunctionCost, type ThreadCost } from './by-stage.ts';
import { STAGES } from './stage-table.ts';

/** Stages that took nothing are left out. */
export const perTransaction = (costs: readonly ThreadCost[], count: number): readonly ThreadCost[] =>
  costs.map((cost) => ({
    ...cost,
    micros: Object.fromEntries(Object.entries(cost.micros).map(([stage, micros]) => [stage, micros / count])),
  }));

/** Microseconds of a transaction by stage and thread, and below the most expensive functions. */
export function stagesText(costs: readonly ThreadCost[], functions: readonly FunctionCost[]): string {
  const figure = (micros: number): string => micros.toFixed(1);
  const row = (label: string, of: (cost: ThreadCost) => number): readonly string[] => [
    label,
    ...costs.map((cost) => figure(of(cost))),
  ];
  const rows = STAGES.filter((stage) => costs.some(({ micros }) => micros[stage] !== undefined)).map((stage) =>
    row(stage, ({ micros }) => micros[stage] ?? 0),
  );
  const totals = [
    row('in all', totalMicros),
    row('in all, not idle', (cost) => totalMicros(cost) - (cost.micros.idle ?? 0)),
  ];
  const headers = costs.map(({ thread, threads }) => (threads === 1 ? thread : `${thread} ×${threads}`));
  return [
    textTable(['µs a transaction', ...headers], [...rows, ...totals]),
    textTable(
      ['by self time', 'thread', 'µs'],
      functions.map(({ name, file, line, thread, micros }) => [
        file === '' ? name : `${name} ${file}:${line}`,
        thread,
        figure(micros),
      ]),
    ),
  ].join('\n\n');
}
