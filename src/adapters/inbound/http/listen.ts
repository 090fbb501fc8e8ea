import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { problem } from './problem.ts';
import type { ProblemCode } from './problems.ts';

export interface Listening {
  readonly host: string;
  /** The real one, where 0 was asked for. */
  readonly port: number;
  /**
   * Takes no new connections, lets open requests finish and closes what is idle; after `graceMs` the rest is cut.
   * Fulfilled when no connection is left.
   */
  close(graceMs?: number): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than the idle time of the usual load balancers (60 s): the side that sends must be the one that closes. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const GRACE_MS = 8_000;

/** Rejected where the address cannot be had (in use, not ours). */
export async function listen(
  app: RequestListener,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: 5_000,
    },
    app,
  );
  let closing = false;
  // Browsers open connections for what they may want to ask later. For Node these are busy: a request could be on its way.
  const unused = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', (request, response) => {
    unused.delete(request.socket);
    response.once('close', () => {
      // Only now is its connection idle.
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
  });
  server.on('checkExpectation', app); // an `Expect` that we don't know changes nothing
  server.on('clientError', answerBrokenRequest);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host, port }, resolve);
  });
  return {
    host,
    port: (server.address() as AddressInfo).port,
    close: (graceMs = GRACE_MS) => {
      closing = true;
      for (const socket of unused) socket.destroy();
      return closed(server, graceMs);
    },
  };
}

async function closed(server: Server, graceMs: number): Promise<void> {
  const cut = setTimeout(() => {
    server.closeAllConnections();
  }, graceMs);
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
  });
  clearTimeout(cut);
}

const BROKEN: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** Node's parser gave up on it before any application saw it: the same form of answer as everywhere, then the end of the connection. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const body = problem(BROKEN[error.code ?? ''] ?? 'malformed_request');
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${body.status} ${body.title}\r\nConnection: close\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Cache-Control: no-store\r\nX-Request-Id: ${randomUUID()}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
