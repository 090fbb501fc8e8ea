import { Pool } from 'undici';
import type { NodeError } from '../../../../../domain/node-answer/classify.ts';
import { retryAfterMs } from './retry-after.ts';
import { transportError } from './transport-error.ts';

/** An HTTP answer, whatever its status. */
export interface HttpReply {
  readonly status: number;
  readonly body: string;
  /** From `Retry-After`, counted from when it came. */
  readonly retryAfterMs: number | undefined;
}

export interface HttpEndpointOptions {
  /** http or https; user and password become Basic authentication. */
  readonly url: string;
  /** Sockets at most; further requests wait for one. */
  readonly connections: number;
  /** A longer body is cut off and counts as unreadable. */
  readonly maxResponseBytes: number;
}

/** One JSON-RPC endpoint as a keep-alive pool of HTTP/1.1 connections. It gives no time limits of its own: the signal does. */
export class HttpEndpoint {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, connections, maxResponseBytes }: HttpEndpointOptions) {
    const { origin, pathname, search, username, password } = new URL(url);
    this.#path = pathname + search;
    this.#headers = { 'content-type': 'application/json', accept: 'application/json', ...basic(username, password) };
    // undici's timers tick once a second and know nothing of the time a request waits for a socket, hence 0: off.
    this.#pool = new Pool(origin, {
      connections,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: maxResponseBytes,
    });
  }

  /** Never throws. A cut by the signal is a `timeout`: what was sent may have arrived. */
  async post(body: string, signal: AbortSignal): Promise<HttpReply | NodeError> {
    try {
      const reply = await this.#pool.request({
        method: 'POST',
        path: this.#path,
        headers: this.#headers,
        body,
        signal,
      });
      const header = reply.headers['retry-after'];
      return {
        status: reply.statusCode,
        retryAfterMs: retryAfterMs(Array.isArray(header) ? header[0] : header, Date.now()),
        body: await reply.body.text(),
      };
    } catch (cause) {
      if (!signal.aborted) return transportError(cause);
      return { transport: 'timeout', message: (signal.reason as Error).message };
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

export const isReply = (answer: HttpReply | NodeError): answer is HttpReply => 'status' in answer;

function basic(username: string, password: string): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}
