import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly jsonrpc: string;
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** One HTTP request: a batch, or a single call as a list of one. */
type Misbehaviour = (asked: readonly Asked[], wire: Wire) => void;

/** What a node can do to a connection. */
interface Wire {
  readonly headers: IncomingMessage['headers'];
  readonly path: string | undefined;
  /** An object is sent as JSON. */
  answer(body: unknown, status?: number, headers?: Readonly<Record<string, string>>): void;
  /** Headers and a part of the body, then the connection breaks. */
  breakMidBody(): void;
  breakAtOnce(): void;
  /** No answer ever. */
  hang(): void;
}

export interface FaultNode {
  readonly url: string;
  /** From now on. */
  behave(misbehaviour: Misbehaviour): void;
  /** Resolves as the next request comes in. */
  nextRequest(): Promise<void>;
  /** Requests so far, each as the list of its calls. */
  readonly received: readonly (readonly Asked[])[];
  stop(): Promise<void>;
}

/** The answer that a good node gives: a result for each id. */
export const good = (asked: readonly Asked[], result: (one: Asked, index: number) => unknown): readonly object[] =>
  asked.map((one, index) => ({ jsonrpc: '2.0', id: one.id, result: result(one, index) }));

/** An HTTP server on loopback that answers JSON-RPC as badly as it is told to. */
export async function startFaultNode(): Promise<FaultNode> {
  let behaviour: Misbehaviour = (asked, wire) => {
    wire.answer(good(asked, () => null));
  };
  const received: (readonly Asked[])[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    void read(request).then((asked) => {
      received.push(asked);
      behaviour(asked, wire(request, response));
      for (const resolve of waiting.splice(0)) resolve();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    behave: (misbehaviour) => {
      behaviour = misbehaviour;
    },
    nextRequest: () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve);
      }),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function read(request: IncomingMessage): Promise<readonly Asked[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as Asked | readonly Asked[];
  return Array.isArray(body) ? (body as readonly Asked[]) : [body as Asked];
}

function wire(request: IncomingMessage, response: ServerResponse): Wire {
  return {
    headers: request.headers,
    path: request.url,
    answer: (body, status = 200, headers = {}) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
    },
    breakMidBody: () => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('[{"jsonrpc":"2.0",', () => request.socket.destroy());
    },
    breakAtOnce: () => {
      request.socket.resetAndDestroy();
    },
    hang: () => undefined,
  };
}
