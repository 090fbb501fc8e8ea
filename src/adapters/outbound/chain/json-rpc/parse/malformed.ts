import type { Answer } from '../../../../../application/ports/chain-node.ts';
import { unusable } from '../wire/node-error.ts';
import { failed } from '../wire/read-answers.ts';

/** A result that is not of the shape it must have. Thrown by parsers and caught here, nowhere else. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** Applies a parser to a result; one that it cannot read is no answer (`notJsonRpc`), as if the node had not been asked. */
export function parsed<Value>(answer: Answer<unknown>, parser: (value: unknown) => Value): Answer<Value> {
  if (!answer.ok) return answer;
  try {
    return { ok: true, value: parser(answer.value) };
  } catch (cause) {
    if (cause instanceof Malformed) return failed(unusable('notJsonRpc', cause.message));
    throw cause;
  }
}

/** Demands something of what a node says. `what` is shown to operators. */
export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Malformed(`the node's answer is malformed: ${what}`);
}
