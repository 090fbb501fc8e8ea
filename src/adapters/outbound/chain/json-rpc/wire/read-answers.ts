import type { Answer } from '../../../../../application/ports/chain-node.ts';
import type { NodeError } from '../../../../../domain/node-answer/classify.ts';
import type { HttpReply } from './http-endpoint.ts';
import { answeredError, unaddressedError, unreadableBody, unusable } from './node-error.ts';

type Entry = Readonly<Record<string, unknown>>;

/**
 * An HTTP body as the answers to the requests with these ids, in their order, whether one was asked or a batch. Answers may come in any
 * order; what no entry answers, or two answer differently, is an `idMismatch` of that item alone. Never throws.
 */
export function readAnswers(reply: HttpReply, ids: readonly number[]): readonly Answer<unknown>[] {
  const body = parse(reply.body);
  if (typeof body !== 'object' || body === null) return ids.map(() => failed(unreadableBody(reply)));
  const entries = (Array.isArray(body) ? body : [body]).filter(isEntry);
  const byId = grouped(entries);
  const whole = errorForAll(entries, reply) ?? (Array.isArray(body) ? undefined : foreign(entries, reply));
  return ids.map((id) => {
    const answers = byId.get(id) ?? [];
    const [answer] = answers;
    if (answer === undefined)
      return failed(whole ?? unusable('idMismatch', 'the batch holds no answer with the id of this request'));
    if (answers.length > 1 && new Set(answers.map((one) => JSON.stringify(one))).size > 1)
      return failed(unusable('idMismatch', 'the batch holds different answers with the id of this request'));
    return answerOf(answer, reply);
  });
}

function grouped(entries: readonly Entry[]): ReadonlyMap<unknown, readonly Entry[]> {
  const byId = new Map<unknown, Entry[]>();
  for (const entry of entries) {
    const earlier = byId.get(entry['id']);
    if (earlier === undefined) byId.set(entry['id'], [entry]);
    else earlier.push(entry);
  }
  return byId;
}

/** The first error without an id: an error with id null, or a bare `{code, message}`. It explains what is missing. */
function errorForAll(entries: readonly Entry[], reply: HttpReply): NodeError | undefined {
  for (const entry of entries) {
    if (isPresent(entry['id'])) continue;
    if (isPresent(entry['error'])) return unaddressedError(entry['error'], reply);
    if ('message' in entry) return unaddressedError(entry, reply);
  }
  return undefined;
}

/** One object that carries no error for all: with an id it answers somebody else, without one it is no JSON-RPC. */
function foreign(entries: readonly Entry[], reply: HttpReply): NodeError {
  return entries.some((entry) => isPresent(entry['id']))
    ? unusable('idMismatch', 'the answer has the id of another request')
    : unreadableBody(reply);
}

function answerOf(entry: Entry, reply: HttpReply): Answer<unknown> {
  if (isPresent(entry['error'])) return failed(answeredError(entry['error'], reply));
  if ('result' in entry) return { ok: true, value: entry['result'] };
  return failed(unusable('notJsonRpc', 'the answer has neither result nor error'));
}

export const failed = (error: NodeError): { readonly ok: false; readonly error: NodeError } => ({ ok: false, error });

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;
const isEntry = (value: unknown): value is Entry => typeof value === 'object' && value !== null;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
