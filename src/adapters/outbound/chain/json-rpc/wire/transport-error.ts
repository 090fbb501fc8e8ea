import type { NodeError } from '../../../../../domain/node-answer/classify.ts';

/** Nothing reached the node: no route, no name, nobody listening, no TLS that we take. */
const REFUSED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EPROTO',
]);

/** What came back cannot be read as HTTP, or is more than we take. */
const UNREADABLE = new Set(['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_NOT_SUPPORTED']);

/** An exception of the HTTP client as a node's error. Everything unforeseen counts as a reset: the bytes may have arrived. */
export function transportError(cause: unknown): NodeError {
  const code = codeOf(cause);
  return { transport: faultOf(code), message: `${code}: ${cause instanceof Error ? cause.message : String(cause)}` };
}

function faultOf(code: string): NonNullable<NodeError['transport']> {
  if (code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT') return 'timeout';
  if (REFUSED.has(code) || /^(CERT|ERR_TLS|ERR_SSL|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)/.test(code)) return 'refused';
  // The end of a body that is cut short is a parser's error too.
  if (UNREADABLE.has(code) || (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE')) return 'notJsonRpc';
  return 'reset';
}

function codeOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return 'UNKNOWN';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return 'cause' in cause ? codeOf(cause.cause) : 'UNKNOWN';
}
