import { Pool } from 'undici';

export interface RpcRequest {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** JSON-RPC batches over kept connections, for both sides of a run alike. */
export class RpcBatches {
  private readonly pool: Pool;

  constructor(url: string, connections: number) {
    this.pool = new Pool(url, { connections, pipelining: 1 });
  }

  /** The results in order. @throws Error with the node's words where it refuses one */
  async call<Result>(requests: readonly RpcRequest[]): Promise<readonly Result[]> {
    return this.send<Result>(rpcBody(requests));
  }

  /** The same with a body that was made before, so that making it costs no time that is measured. */
  async send<Result>(body: string): Promise<readonly Result[]> {
    const response = await this.pool.request({
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const answers = (await response.body.json()) as readonly {
      readonly id: number;
      readonly result?: Result;
      readonly error?: { readonly message: string };
    }[];
    const refused = answers.find(({ error }) => error !== undefined);
    if (refused !== undefined) throw new Error(`the node refused: ${refused.error?.message ?? ''}`);
    return [...answers].sort((a, b) => a.id - b.id).map(({ result }) => result as Result);
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}

export const rpcBody = (requests: readonly RpcRequest[]): string =>
  JSON.stringify(requests.map(({ method, params }, id) => ({ jsonrpc: '2.0', id, method, params })));
