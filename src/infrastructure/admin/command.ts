import type { AdminContext } from './context.ts';

/** What stands behind `--NAME`. */
interface OptionSpec {
  /** How its value is called in the help; null: it has none, it is there or not. */
  readonly value: string | null;
  readonly required?: boolean;
  readonly summary: string;
}

type Options = Readonly<Record<string, OptionSpec>>;

type OptionValue<Spec extends OptionSpec> = Spec['value'] extends null
  ? boolean
  : Spec['required'] extends true
    ? string
    : string | null;

/** Parameters by the names that the help gives them, options by theirs. */
export type Given<Parameter extends string, Opts extends Options> = { readonly [P in Parameter]: string } & {
  readonly [O in keyof Opts]: OptionValue<Opts[O]>;
};

/** One thing that `npm run admin -- GROUP NAME …` does. */
export interface Command {
  /** The word after the group's. `''`: the group itself; `list` also answers to the group's name alone. */
  readonly name: string;
  /** One line of the help. */
  readonly summary: string;
  /** In order, all of them needed; upper case by custom. */
  readonly parameters: readonly string[];
  readonly options: Options;
  /**
   * @throws {WrongUse} what was given makes no sense: shown with how the command is written
   * @throws {StartRefused} it cannot be done, and why
   */
  run(context: AdminContext, given: Readonly<Record<string, string | boolean | null>>): Promise<void>;
}

/** The commands about one thing: a file in `commands/`, an entry in `commands.ts`. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Command[];
}

/** Types what `run` is given by the parameters and options that stand beside it. */
export function command<const Parameter extends string = never, const Opts extends Options = Options>(spec: {
  readonly name: string;
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly options?: Opts;
  run(context: AdminContext, given: Given<Parameter, Opts>): Promise<void>;
}): Command {
  const { name, summary, parameters = [], options = {} } = spec;
  return {
    name,
    summary,
    parameters,
    options,
    // read-command.ts has looked that each is there.
    run: (context, given) => spec.run(context, given as Given<Parameter, Opts>),
  };
}

/** The words of a command make no sense. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}
