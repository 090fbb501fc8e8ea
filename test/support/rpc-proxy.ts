import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RpcCall {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

interface RpcRefusal {
  readonly code: number;
  readonly message: string;
  /** The node got the call all the same. */
  readonly delivered?: boolean;
}

/**
 * `hold`: the whole request gets no answer, and the node never sees it; `refuse`: the same, and the connection breaks; `drop`: the node sees it,
 * but the connection breaks before its answer. An error or a result takes the place of the node's answer, an HTTP status that of the whole.
 */
export type RpcVerdict =
  | 'pass'
  | 'hold'
  | 'refuse'
  | 'drop'
  | RpcRefusal
  | { readonly result: unknown }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

export interface RpcProxy {
  readonly url: string;
  /** From now on, for each call of each request; `together` are all calls of that request. */
  rule(judge: (call: RpcCall, together: readonly RpcCall[]) => RpcVerdict): void;
  stop(): Promise<void>;
}

/** A JSON-RPC endpoint in front of a node. A caller that dies in mid-request is a cut connection and nothing more. */
export async function startRpcProxy(target: string): Promise<RpcProxy> {
  let judge: Parameters<RpcProxy['rule']>[0] = () => 'pass';
  const server = createServer((request, response) => {
    serve(target, (call, together) => judge(call, together), request, response).catch(() => request.socket.destroy());
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rule: (next) => {
      judge = next;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function serve(
  target: string,
  judge: Parameters<RpcProxy['rule']>[0],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const asked = JSON.parse(text) as RpcCall | readonly RpcCall[];
  const calls = Array.isArray(asked) ? (asked as readonly RpcCall[]) : [asked as RpcCall];
  const verdicts = calls.map((call) => judge(call, calls));
  if (verdicts.includes('hold')) return;
  if (verdicts.includes('refuse')) throw new Error('refused');
  const whole = verdicts.find((verdict) => typeof verdict === 'object' && 'status' in verdict);
  if (typeof whole === 'object' && 'status' in whole) {
    response.writeHead(whole.status, whole.headers ?? {}).end(whole.body ?? '');
    return;
  }
  if (verdicts.includes('drop')) {
    await ask(target, text);
    throw new Error('dropped');
  }
  const answer = (body: string): unknown => response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  if (verdicts.every((verdict) => verdict === 'pass')) {
    answer(await ask(target, text));
    return;
  }
  const lies = new Map(calls.flatMap(({ id }, i) => (verdicts[i] === 'pass' ? [] : [[id, verdicts[i]] as const])));
  const passed = calls.filter(({ id }) => isDelivered(lies.get(id)));
  const told = passed.length === 0 ? [] : (JSON.parse(await ask(target, JSON.stringify(passed))) as { id: number }[]);
  const answers: object[] = told.filter(({ id }) => !lies.has(id));
  for (const [id, verdict] of lies) {
    if (typeof verdict !== 'object' || 'status' in verdict) continue;
    const instead = 'result' in verdict ? verdict : { error: { code: verdict.code, message: verdict.message } };
    answers.push({ jsonrpc: '2.0', id, ...instead });
  }
  answer(JSON.stringify(Array.isArray(asked) ? answers : answers[0]));
}

const isDelivered = (lie: RpcVerdict | undefined): boolean =>
  lie === undefined || (typeof lie === 'object' && 'delivered' in lie && lie.delivered);

const ask = async (target: string, body: string): Promise<string> =>
  (await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text();
