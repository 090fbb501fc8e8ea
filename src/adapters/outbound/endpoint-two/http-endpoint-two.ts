import { createHmac } from 'node:crypto';
import { Pool } from 'undici';
import type { Clock, IdGenerator } from '../../../application/ports/clock.ts';
import type { EndpointTwo, SubmitItem, SubmitOutcome } from '../../../application/ports/endpoint-two.ts';
import { readAnswer } from './answer.ts';
import { requestBodies, type RequestBody } from './request-bodies.ts';

const PATH = '/v1/signed-transactions';
/** Endpoint 2 answers within 25 s, and API Gateway cuts at 30. */
const TIMEOUT_MS = 30_000;
/** A lane waits for its answer before it sends on, so that there are no more requests at a time than lanes. */
const CONNECTIONS = 16;

export interface HttpEndpointTwoOptions {
  /** INTERNAL_URL: where endpoint 2's HTTP API begins. */
  readonly url: string;
  /** INTERNAL_SECRET: `whsec_` and base64. */
  readonly secret: string;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  /** 30,000 if not given. */
  readonly timeoutMs?: number;
}

/** Endpoint 2 over HTTP, each request signed as Standard Webhooks does, over connections that are kept. */
export class HttpEndpointTwo implements EndpointTwo {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #key: Uint8Array;
  readonly #clock: Clock;
  readonly #ids: IdGenerator;
  readonly #timeoutMs: number;

  constructor({ url, secret, clock, ids, timeoutMs = TIMEOUT_MS }: HttpEndpointTwoOptions) {
    const { origin, pathname } = new URL(url);
    this.#pool = new Pool(origin, { connections: CONNECTIONS });
    this.#path = pathname.replace(/\/$/, '') + PATH;
    this.#key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    this.#clock = clock;
    this.#ids = ids;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * One request after the other, so that lower nonces go first. Where one fails, all count as not reached: those before it are on record there, and
   * handing in the same bytes again finds them.
   */
  async submit(items: readonly SubmitItem[]): ReturnType<EndpointTwo['submit']> {
    const results: SubmitOutcome[] = [];
    for (const body of requestBodies(items)) {
      const answer = await this.#post(body);
      if (typeof answer === 'string') return { kind: 'notReached', message: `endpoint 2 ${answer}` };
      results.push(...answer);
    }
    return { kind: 'answered', results };
  }

  /** Lets open requests end, then closes the connections. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** The outcomes, or what went wrong: never the address, the headers or what the other side wrote, which may hold anything. */
  async #post({ items, json }: RequestBody): Promise<readonly SubmitOutcome[] | string> {
    const id = this.#ids.next();
    const timestamp = String(Math.floor(this.#clock.now() / 1000));
    let status: number;
    let text: string;
    try {
      const response = await this.#pool.request({
        method: 'POST',
        path: this.#path,
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${this.#signature(`${id}.${timestamp}.${json}`)}`,
        },
        body: json,
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      status = response.statusCode;
      text = await response.body.text();
    } catch (error) {
      return `was not reached: ${nameOf(error)}`;
    }
    if (status !== 202) return `answered ${status}`;
    return readAnswer(text, items) ?? 'answered 202 with a body that is no answer to what was sent';
  }

  /** Standard Webhooks, on Node's own crypto: the reference library takes twenty times as long, and the tests verify with it. */
  #signature(content: string): string {
    return createHmac('sha256', this.#key).update(content).digest('base64');
  }
}

/** `ECONNREFUSED`, `UND_ERR_SOCKET`, `TimeoutError`: short, and without addresses. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
