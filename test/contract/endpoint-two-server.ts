import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { SubmitItem } from '../../src/application/ports/endpoint-two.ts';
import type { ValidateAndBroadcast } from '../../src/application/use-cases/inbound.ts';

export interface ReceivedRequest {
  readonly path: string;
  readonly bytes: number;
  readonly id: string;
  readonly timestamp: string;
  readonly port: number;
}

type Reply = (response: ServerResponse) => void;

/** A little endpoint 2 on loopback: verifies each request with the reference implementation before it answers. */
export class EndpointTwoServer {
  readonly requests: ReceivedRequest[] = [];
  /** Takes the place of the answer, if set. */
  reply: Reply | null = null;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(secret: string, side: ValidateAndBroadcast): Promise<EndpointTwoServer> {
    const webhook = new Webhook(secret);
    const server = createServer((request, response) => {
      void self.#answer(request, response, webhook, side);
    });
    const self = new EndpointTwoServer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return self;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    webhook: Webhook,
    side: ValidateAndBroadcast,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const headers = request.headers as Record<string, string>;
    this.requests.push({
      path: `${request.method ?? ''} ${request.url ?? ''} ${headers['content-type'] ?? ''}`,
      bytes: body.length,
      id: headers['webhook-id'] ?? '',
      timestamp: headers['webhook-timestamp'] ?? '',
      port: request.socket.remotePort ?? 0,
    });
    if (this.reply) {
      this.reply(response);
      return;
    }
    let verified: { items: SubmitItem[] };
    try {
      verified = webhook.verify(body.toString(), headers) as { items: SubmitItem[] };
    } catch {
      response.writeHead(401).end();
      return;
    }
    try {
      const results = await side.submit(verified.items);
      response
        .writeHead(202, { 'content-type': 'application/json' })
        .end(JSON.stringify({ results, later: 'ignored' }));
    } catch (error) {
      response.writeHead(503).end(String(error));
    }
  }
}
