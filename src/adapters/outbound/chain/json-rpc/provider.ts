import type { Answer } from '../../../../application/ports/chain-node.ts';
import { deadline, type Deadline } from './wire/deadline.ts';
import { HttpEndpoint, isReply } from './wire/http-endpoint.ts';
import { failed, readAnswers } from './wire/read-answers.ts';

export interface RpcRequest {
  readonly method: string;
  readonly params: readonly unknown[];
}

export interface ProviderOptions {
  readonly url: string;
  /** `RPC_TIMEOUT_MS`. */
  readonly timeoutMs: number;
  readonly connections: number;
  readonly maxResponseBytes: number;
  /** Shutdown: cuts off what is under way and whatever comes after. */
  readonly signal?: AbortSignal;
}

/** JSON-RPC 2.0 over HTTP: gives ids, matches answers by them, keeps status and `Retry-After`. Never throws for what a node does. */
export class JsonRpcProvider {
  readonly #endpoint: HttpEndpoint;
  readonly #options: ProviderOptions;
  readonly #closing = new AbortController();
  /** Never used twice, so that an answer to an earlier request is told from one to this. */
  #nextId = 1;

  constructor(options: ProviderOptions) {
    this.#options = options;
    this.#endpoint = new HttpEndpoint(options);
  }

  /** The time that one call, or one batch of many, may take. */
  deadline(signal?: AbortSignal): Deadline {
    return deadline(this.#options.timeoutMs, this.#options.signal, this.#closing.signal, signal);
  }

  async one(request: RpcRequest, until: Deadline): Promise<Answer<unknown>> {
    const id = this.#nextId++;
    const [answer] = await this.#exchange(bodyOf(id, request), [id], until);
    return answer as Answer<unknown>;
  }

  /** One HTTP request for all; an answer for each, in their order. */
  async batch(requests: readonly RpcRequest[], until: Deadline): Promise<readonly Answer<unknown>[]> {
    if (requests.length === 0) return [];
    const ids = requests.map(() => this.#nextId++);
    const bodies = requests.map((request, index) => bodyOf(ids[index] as number, request));
    return this.#exchange(`[${bodies.join(',')}]`, ids, until);
  }

  /** Everything under way ends as a `timeout`, as does everything after. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#endpoint.close();
  }

  async #exchange(body: string, ids: readonly number[], until: Deadline): Promise<readonly Answer<unknown>[]> {
    const reply = await this.#endpoint.post(body, until.signal);
    return isReply(reply) ? readAnswers(reply, ids) : ids.map(() => failed(reply));
  }
}

function bodyOf(id: number, { method, params }: RpcRequest): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}
