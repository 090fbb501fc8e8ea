import type { Answer } from '../../../../application/ports/chain-node.ts';
import { classify, type NodeError } from '../../../../domain/node-answer/classify.ts';
import { BatchSize } from './batch-size.ts';
import { Limit } from './limit.ts';
import { nextBatch } from './next-batch.ts';
import type { JsonRpcProvider, RpcRequest } from './provider.ts';
import { failed } from './wire/read-answers.ts';

/** Measured on Anvil: larger batches and more connections add nothing. */
const BATCH_ITEMS = 100;
const BATCHES_AT_ONCE = 4;
/** Characters in one body: below what proxies (nginx: 1 MiB) and clients (geth: 5 MiB) take, or all of a batch would be refused for one. */
const BATCH_CHARACTERS = 900_000;
/** Everything of a request but its parameters. */
const ENVELOPE_CHARACTERS = 80;

/**
 * Many requests of one call, as JSON-RPC batches straight on the provider. Not through web3's `sendBatch`: measured on a batch of 100
 * `eth_sendRawTransaction` it costs 53 µs a request (a random UUID each), the provider 2 µs, and it matches no ids.
 *
 * Each batch has the time-out for itself, so that a slow node gets through many of them one after the other; what was answered stays
 * answered. A call ends with the first batch that timed out: what is left is not sent, and has the same error.
 */
export class Bulk {
  readonly #provider: Pick<JsonRpcProvider, 'batch' | 'deadline'>;
  readonly #limit = new Limit(BATCHES_AT_ONCE);
  /** By method, since each costs a node another time. */
  readonly #sizes = new Map<string, BatchSize>();

  constructor(provider: Pick<JsonRpcProvider, 'batch' | 'deadline'>) {
    this.#provider = provider;
  }

  /** An answer for each request, in order. */
  ask(requests: readonly RpcRequest[], signal?: AbortSignal): Promise<readonly Answer<unknown>[]> {
    return this.#all(requests, BATCHES_AT_ONCE, ({ transport }) => transport === 'timeout', signal);
  }

  /**
   * The same, one batch after the other, up to the first that got no answer. For bytes of one signer: batches side by side may arrive in
   * another order, and a pool keeps only a few nonces above a gap (geth: 64 an account, core/txpool/legacypool `AccountQueue`) and drops
   * the rest.
   */
  askInOrder(requests: readonly RpcRequest[], signal?: AbortSignal): Promise<readonly Answer<unknown>[]> {
    return this.#all(requests, 1, () => true, signal);
  }

  async #all(
    requests: readonly RpcRequest[],
    atOnce: number,
    ends: (fault: NodeError) => boolean,
    signal: AbortSignal | undefined,
  ): Promise<readonly Answer<unknown>[]> {
    const [first] = requests;
    if (first === undefined) return [];
    const size = this.#sizeFor(first.method);
    const answers: Answer<unknown>[] = [];
    let next = 0;
    let end: NodeError | null = null;
    const one = async (): Promise<void> => {
      while (next < requests.length && end === null) {
        const fault = await this.#whenFree(signal, async () => {
          const from = next;
          const batch = nextBatch(requests, from, {
            maxItems: size.items,
            maxSize: BATCH_CHARACTERS,
            sizeOf: charactersOf,
          });
          next += batch.length;
          const got = await this.#exchange(batch, size, signal);
          got.forEach((answer, i) => (answers[from + i] = answer));
          return faultOf(got);
        });
        if (fault !== null && ends(fault)) end ??= fault;
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, Math.ceil(requests.length / size.items)) }, one));
    return requests.map((_, i) => answers[i] ?? failed(end ?? { transport: 'timeout', message: 'not asked' }));
  }

  /** A batch that finds no free place within the time-out is answered as timed out: behind many others it might wait without end. */
  async #whenFree(signal: AbortSignal | undefined, work: () => Promise<NodeError | null>): Promise<NodeError | null> {
    const until = this.#provider.deadline(signal);
    try {
      const done = await this.#limit.run(async () => {
        until.dispose();
        return { fault: await work() };
      }, until.signal);
      return done === null ? { transport: 'timeout', message: (until.signal.reason as Error).message } : done.fault;
    } finally {
      until.dispose();
    }
  }

  async #exchange(
    batch: readonly RpcRequest[],
    size: BatchSize,
    signal: AbortSignal | undefined,
  ): Promise<readonly Answer<unknown>[]> {
    if (batch.length === 0) return [];
    const until = this.#provider.deadline(signal);
    try {
      const answers = await this.#provider.batch(batch, until);
      const fault = faultOf(answers);
      if (fault === null) size.answered(batch.length);
      else if (mayBeTooLarge(fault)) size.unanswered(batch.length);
      return answers;
    } finally {
      until.dispose();
    }
  }

  #sizeFor(method: string): BatchSize {
    const known = this.#sizes.get(method);
    if (known !== undefined) return known;
    const size = new BatchSize(BATCH_ITEMS);
    this.#sizes.set(method, size);
    return size;
  }
}

/** Why nothing of a batch was answered; null where something was. */
function faultOf(answers: readonly Answer<unknown>[]): NodeError | null {
  const [first] = answers;
  const silent = answers.every((answer) => !answer.ok && answer.error.transport !== undefined);
  return silent && first !== undefined && !first.ok ? first.error : null;
}

/** Smaller batches do not help where nobody listens, nor where the provider limits requests, of which they would be more. */
const mayBeTooLarge = (fault: NodeError): boolean =>
  fault.transport !== 'refused' && classify(fault).class !== 'rateLimited';

function charactersOf({ params }: RpcRequest): number {
  return params.reduce<number>(
    (sum, param) => sum + (typeof param === 'string' ? param.length : JSON.stringify(param).length),
    ENVELOPE_CHARACTERS,
  );
}
