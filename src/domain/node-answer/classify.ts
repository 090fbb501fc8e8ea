import { matches } from './message-pattern.ts';
import type { NodeErrorClass } from './node-error-class.ts';
import { CODE_CLASSES, PATTERN_GROUPS } from './patterns.ts';

/** Why no JSON-RPC answer to our request came back; `http` is a status outside 2xx without a JSON-RPC body. */
type TransportFault = 'timeout' | 'reset' | 'refused' | 'notJsonRpc' | 'idMismatch' | 'http';

/**
 * One failed answer of a node, as plain data. `code`, `message` and `data` are the JSON-RPC error's; without a
 * JSON-RPC body `message` is what is known instead (the body's text, the socket's error).
 */
export type NodeError = {
  readonly code?: number;
  readonly message: string;
  /** Revert data (hex), or whatever else the node put there. */
  readonly data?: unknown;
  readonly httpStatus?: number;
  /** From the `Retry-After` header, in milliseconds from now. */
  readonly retryAfterMs?: number;
  /** Absent where the node answered our request in JSON-RPC. */
  readonly transport?: TransportFault;
};

/** `retryAfterMs`: how long the endpoint asked us to stay away; only where the class is about the endpoint. */
export type Classification = { readonly class: NodeErrorClass; readonly retryAfterMs?: number };

/** Every known message says what it is at its start; what follows (traces, a revert's text) may be megabytes. */
const READ_CHARACTERS = 2_048;

/** A provider's "come back tomorrow" is asked again hourly: a wrong or hostile value must not silence an endpoint. */
export const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Says what a node's error means: message first, codes and statuses only after it (they collide). Total: whatever
 * comes in gets a class, `unknown` if nothing else. Source: docs/rules.md, "What a node's answer means".
 */
export function classify(answer: NodeError): Classification {
  const errorClass = classOf(answer);
  if (errorClass !== 'rateLimited' && errorClass !== 'unavailable') return { class: errorClass };
  const retryAfterMs = waitAsked(answer);
  return retryAfterMs === undefined ? { class: errorClass } : { class: errorClass, retryAfterMs };
}

function classOf(answer: NodeError): NodeErrorClass {
  const status = answer.httpStatus ?? 200;
  if (status === 429) return 'rateLimited';
  const message = answer.message.slice(0, READ_CHARACTERS).toLowerCase();
  if (answer.transport !== undefined || status >= 500) return classWithoutAnswer(answer, message);
  return classOfMessage(message) ?? classOfCode(answer) ?? classOfStatus(status);
}

/**
 * No word about the transaction came back, whatever the text looks like: a gateway's page, an answer to another
 * request, a socket's error. Only a limit can still be read from a body; nothing final ever is.
 */
function classWithoutAnswer(answer: NodeError, message: string): NodeErrorClass {
  if (answer.transport !== 'http' && answer.transport !== 'notJsonRpc') return 'unavailable';
  const limited = answer.httpStatus === 402 || (classOfMessage(message) ?? classOfCode(answer)) === 'rateLimited';
  return limited ? 'rateLimited' : 'unavailable';
}

function classOfMessage(message: string): NodeErrorClass | undefined {
  return PATTERN_GROUPS.find(({ patterns }) => patterns.some((pattern) => matches(message, pattern)))?.class;
}

function classOfCode({ code, data }: NodeError): NodeErrorClass | undefined {
  if (code === undefined) return undefined;
  // Code 3 is a revert at all clients of Ethereum, but "invalid argument" where gRPC's codes shine through: hence the data.
  if (code === 3 && typeof data === 'string' && data.startsWith('0x')) return 'reverted';
  return CODE_CLASSES.get(code);
}

/** A 4xx that nothing explains is the endpoint's trouble with us (key, path, size), not with the transaction. */
function classOfStatus(status: number): NodeErrorClass {
  if (status === 402) return 'rateLimited';
  return status >= 400 ? 'unavailable' : 'unknown';
}

function waitAsked({ retryAfterMs, data }: NodeError): number | undefined {
  const asked = retryAfterMs ?? infuraBackoffMs(data);
  if (asked === undefined || !Number.isFinite(asked) || asked < 0) return undefined;
  return Math.min(Math.ceil(asked), MAX_RETRY_AFTER_MS);
}

/** Infura puts the wait, in seconds, into the error's data: `{rate: {backoff_seconds}}`. */
function infuraBackoffMs(data: unknown): number | undefined {
  const seconds = property(property(data, 'rate'), 'backoff_seconds');
  return typeof seconds === 'number' ? seconds * 1_000 : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
