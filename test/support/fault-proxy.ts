import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What happens to a request on its way. `lost`: the server does it, and the connection breaks before its answer; `late`: the server does it, and
 * its answer never comes; `half`: half of the answer comes. An answer in its place: the server never hears of it.
 */
export type Fault =
  | 'pass'
  | 'lost'
  | 'late'
  | 'half'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

export interface FaultProxy {
  readonly origin: string;
  /** Every request that came, as `METHOD path`. */
  readonly seen: string[];
  stop(): Promise<void>;
}

/** An HTTP way to a server on which the first requests meet these faults, in order, and the later ones none. */
export async function startFaultProxy(target: string, faults: readonly Fault[]): Promise<FaultProxy> {
  const left = [...faults];
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    forward(target, left.shift() ?? 'pass', request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function forward(
  target: string,
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (typeof fault === 'object') {
    request.resume();
    response.writeHead(fault.status, fault.headers).end(fault.body);
    return;
  }
  const { method, url, headers } = request;
  const passed = httpRequest(target + (url ?? ''), { ...(method !== undefined && { method }), headers });
  request.pipe(passed);
  const [answer] = (await once(passed, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  switch (fault) {
    case 'pass':
      response.writeHead(answer.statusCode ?? 0, answer.headers).end(body);
      return;
    case 'lost':
      request.socket.destroy();
      return;
    case 'half':
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      response.write(body.subarray(0, body.length / 2), () => request.socket.destroy());
      return;
    case 'late':
      return;
  }
}
