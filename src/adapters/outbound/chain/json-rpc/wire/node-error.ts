import type { NodeError } from '../../../../../domain/node-answer/classify.ts';
import type { HttpReply } from './http-endpoint.ts';
import { revertData } from './revert-data.ts';

/** A node's text may be megabytes long (a trace, a page of a gateway); what it says is at its start. */
const MESSAGE_CHARACTERS = 4_096;

const isOk = (reply: HttpReply): boolean => reply.status >= 200 && reply.status < 300;

/** Status and `Retry-After`, where they say something. */
function ofHttp(reply: HttpReply): Pick<NodeError, 'httpStatus' | 'retryAfterMs'> {
  return {
    ...(isOk(reply) ? {} : { httpStatus: reply.status }),
    ...(reply.retryAfterMs === undefined ? {} : { retryAfterMs: reply.retryAfterMs }),
  };
}

/** A JSON-RPC error object that answers one of our requests: the node's own word about it. */
export function answeredError(error: unknown, reply: HttpReply): NodeError {
  return { ...ofErrorObject(error), ...ofHttp(reply) };
}

/**
 * An error that answers none of our requests but stands for all: a bare `{code, message}`, an error with id null. It says something
 * of the endpoint and nothing of an item, so it carries a transport fault: nothing final may be read from its words.
 */
export function unaddressedError(error: unknown, reply: HttpReply): NodeError {
  return { ...answeredError(error, reply), transport: isOk(reply) ? 'notJsonRpc' : 'http' };
}

/** A body that is no JSON-RPC: `message` is its beginning. */
export function unreadableBody(reply: HttpReply): NodeError {
  const text = reply.body.trim();
  return { message: text === '' ? `HTTP ${reply.status} without a body` : clip(text), ...faultOf(reply) };
}

/** JSON-RPC, but not what was asked for. */
export function unusable(transport: NonNullable<NodeError['transport']>, message: string): NodeError {
  return { transport, message };
}

function faultOf(reply: HttpReply): Omit<NodeError, 'message'> {
  return { ...ofHttp(reply), transport: isOk(reply) ? 'notJsonRpc' : 'http' };
}

function ofErrorObject(error: unknown): NodeError {
  if (typeof error !== 'object' || error === null) return { message: clip(textOf(error)) };
  const { code, message, data } = error as Readonly<Record<string, unknown>>;
  const payload = revertData(data) ?? data;
  return {
    ...(typeof code === 'number' ? { code } : {}),
    message: clip(textOf(message ?? error)),
    ...(payload === undefined || payload === null ? {} : { data: payload }),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const clip = (text: string): string => text.slice(0, MESSAGE_CHARACTERS);
