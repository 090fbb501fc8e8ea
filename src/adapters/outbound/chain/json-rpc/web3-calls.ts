import { core } from 'web3';
import type { Answer } from '../../../../application/ports/chain-node.ts';
import type { NodeError } from '../../../../domain/node-answer/classify.ts';
import type { JsonRpcProvider, RpcRequest } from './provider.ts';
import { failed } from './wire/read-answers.ts';
import { unusable } from './wire/node-error.ts';

/** How a node's error gets through web3 unchanged. Its own text is fixed: web3 rewrites errors whose text holds "revert". */
class NodeAnswer extends Error {
  override readonly name = 'NodeAnswer';
  readonly nodeError: NodeError;

  constructor(nodeError: NodeError) {
    super('The node answered with an error.');
    this.nodeError = nodeError;
  }
}

/**
 * Single calls: web3's request manager on the project's own provider. web3's HTTP provider loses status and `Retry-After` and has no
 * time-out; its `BatchRequest` matches no ids and leaves promises open when the transport fails. So batches go to the provider itself.
 */
export class Web3Calls {
  readonly #manager: core.Web3RequestManager;

  constructor(provider: JsonRpcProvider) {
    // web3 knows an EIP-1193 provider by its `request` being an `async function`.
    const request = async ({ method, params }: { method: string; params?: unknown }): Promise<unknown> => {
      const until = provider.deadline();
      try {
        const answer = await provider.one({ method, params: Array.isArray(params) ? params : [] }, until);
        if (answer.ok) return answer.value;
        throw new NodeAnswer(answer.error);
      } finally {
        until.dispose();
      }
    };
    this.#manager = new core.Web3RequestManager({ request });
  }

  async call({ method, params }: RpcRequest): Promise<Answer<unknown>> {
    try {
      // web3 types each method's parameters by name; what comes back is unknown here whatever it says.
      return { ok: true, value: await this.#manager.send<never, unknown>({ method, params }) };
    } catch (cause) {
      // Anything else is web3's own opinion of a result, so of something that the node made up.
      return failed(cause instanceof NodeAnswer ? cause.nodeError : unusable('notJsonRpc', String(cause)));
    }
  }
}
