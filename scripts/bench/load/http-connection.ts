import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * One kept connection, one request at a time, and as little work as can be: it shares the cores with what it measures. It knows answers of a
 * known length only, and takes anything else for an error.
 */
export class HttpConnection {
  private received = '';
  private waiting: { resolve(answer: HttpAnswer): void; reject(error: Error): void } | null = null;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.setNoDelay(true);
    socket.on('data', (text: string) => {
      this.received += text;
      this.answer();
    });
    socket.on('error', (error) => this.waiting?.reject(error));
    socket.on('close', () => this.waiting?.reject(new Error('the connection was closed')));
  }

  static async open(port: number): Promise<HttpConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new HttpConnection(socket);
  }

  /** `bytes`: a whole request, as it goes over the wire. */
  send(bytes: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(bytes, 'latin1');
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private answer(): void {
    const head = this.received.indexOf('\r\n\r\n');
    if (head < 0 || this.waiting === null) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.received.slice(0, head + 2))?.[1];
    if (length === undefined) {
      this.waiting.reject(new Error(`an answer without a length: ${this.received.slice(0, head)}`));
      return;
    }
    const end = head + 4 + Number(length);
    if (this.received.length < end) return;
    const { waiting } = this;
    this.waiting = null;
    const answer = { status: Number(this.received.slice(9, 12)), body: this.received.slice(head + 4, end) };
    this.received = this.received.slice(end);
    waiting.resolve(answer);
  }
}

export const postBytes = (path: string, headers: Readonly<Record<string, string>>, body: string): string =>
  [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
