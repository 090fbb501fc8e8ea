import type { ChainNode } from '../../../../application/ports/chain-node.ts';
import type { NodeError } from '../../../../domain/node-answer/classify.ts';

export type Method = keyof ChainNode;
export type Result<Of extends Method> = Awaited<ReturnType<ChainNode[Of]>>;
/** Makes the answer that is given from the honest one. */
export type Change<Of extends Method> = (honest: Result<Of>) => Result<Of>;

type AnyChange = (honest: never) => unknown;

/** Which answers an endpoint changes: the next ones of a method one by one, then all. */
export class Script {
  readonly #once = new Map<Method, AnyChange[]>();
  readonly #always = new Map<Method, AnyChange>();

  once<Of extends Method>(method: Of, change: Change<Of>): void {
    this.#once.set(method, [...(this.#once.get(method) ?? []), change]);
  }

  /** null: honest again. */
  always<Of extends Method>(method: Of, change: Change<Of> | null): void {
    if (change === null) this.#always.delete(method);
    else this.#always.set(method, change);
  }

  apply<Of extends Method>(method: Of, honest: Result<Of>): Result<Of> {
    const change = this.#once.get(method)?.shift() ?? this.#always.get(method);
    return change === undefined ? honest : (change as Change<Of>)(honest);
  }
}

/** A change for any method: this error in the place of all answers, or of the item at an index. */
export function failing<Answers>(error: NodeError, index?: number): (honest: Answers) => Answers {
  const failed = { ok: false, error };
  return (honest) => {
    if (!Array.isArray(honest)) return failed as Answers;
    return honest.map((answer: unknown, at) => (index === undefined || index === at ? failed : answer)) as Answers;
  };
}
