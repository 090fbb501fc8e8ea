/** What a test must tell apart about a row, in the words of the model (docs/model/lifecycle.model.mjs). */
export interface Situation {
  readonly status: string;
  readonly holds: boolean;
  /** Where the nonce of its live attempts stands. */
  readonly attempt: string;
  readonly cancelAsked: boolean;
  readonly late: boolean;
  readonly edited: boolean;
}

export interface Scenario {
  readonly event: string;
  readonly before: Situation;
  readonly after: Situation;
  readonly steps: readonly string[];
}

export type State = Uint8Array;
type Emit = (next: State, action: number, arg: number, benign: boolean) => void;

export interface Model {
  initial(): State;
  /** Emits a scratch array that must not be kept. */
  successors(state: State, emit: Emit): void;
  /** The same state with its rows sorted; a scratch array too. */
  canonical(state: State): State;
  actionName(action: number, arg: number): string;
  rowOf(action: number, arg: number): number;
  situation(state: State, row: number): Situation;
}

export interface Bounds {
  readonly T: number;
  readonly N: number;
  readonly cancel?: boolean;
  readonly expiry?: boolean;
  readonly edit?: boolean;
  readonly replace?: boolean;
  /** Rows are interchangeable, so that the explorer may sort them. */
  readonly symmetric?: boolean;
}

// By its address, so that the compiler does not look into a file that is kept as it was checked.
const address = new URL('../../docs/model/lifecycle.model.mjs', import.meta.url).href;
const { makeModel, MENDED } = (await import(address)) as {
  makeModel: (bounds: Bounds, rules: object) => Model;
  MENDED: object;
};

/** The rules as they stand, within bounds. */
export const modelOf = (bounds: Bounds): Model => makeModel(bounds, MENDED);

export interface ModelStep {
  readonly text: string;
  /** Index of the row it is about; null: the chain, or a filler. */
  readonly row: number | null;
  readonly state: State;
}

/** Everything that can happen next. */
export function stepsFrom(model: Model, state: State): readonly ModelStep[] {
  const steps: ModelStep[] = [];
  model.successors(state, (next, action, arg) => {
    const row = model.rowOf(action, arg);
    steps.push({ text: model.actionName(action, arg), row: row < 0 ? null : row, state: Uint8Array.from(next) });
  });
  return steps;
}

/**
 * The run of a scenario, step by step. The model tells the last step of a row by its place among the *sorted* rows, all others by the
 * row's own name; here all have their own. Null: these bounds do not have the run.
 */
export function runOf(model: Model, scenario: Scenario): readonly ModelStep[] | null {
  let state: State = Uint8Array.from(model.initial());
  const run: ModelStep[] = [];
  for (const [index, text] of scenario.steps.entries()) {
    const last = index === scenario.steps.length - 1;
    const from = last ? Uint8Array.from(model.canonical(state)) : state;
    const swapped = last && from.some((byte, at) => byte !== state[at]);
    const wanted = stepsFrom(model, from).find((step) => step.text === text);
    const step = swapped ? own(model, state, wanted) : wanted;
    if (step === undefined) return null;
    run.push(step);
    state = step.state;
  }
  return run;
}

/** The same step of the unsorted state: of the other row, with the same result once sorted. */
function own(model: Model, state: State, wanted: ModelStep | undefined): ModelStep | undefined {
  if (wanted === undefined) return undefined;
  const goal = Uint8Array.from(model.canonical(wanted.state));
  return stepsFrom(model, state).find(
    (step) =>
      step.row !== wanted.row &&
      step.text.slice(1) === wanted.text.slice(1) &&
      model.canonical(step.state).every((byte, at) => byte === goal[at]),
  );
}
