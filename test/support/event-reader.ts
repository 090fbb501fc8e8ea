import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { until } from './until.ts';

/** An event as the wire has it. */
export interface Heard<Data> {
  readonly id: string;
  readonly data: Data;
  /** When its last byte was read, by `performance.now()` and the same origin for all processes. */
  readonly at: number;
}

/** What a browser's EventSource does, with everything to be seen. */
export class EventReader<Data = { readonly id: string; readonly transactionId: string; readonly type: string }> {
  readonly heard: Heard<Data>[] = [];
  readonly comments: string[] = [];
  /** What it would name when it connects again. */
  lastEventId: string | null = null;
  retryMs: number | null = null;
  over = false;
  #rest = '';

  private constructor(private readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      const blocks = (this.#rest + text).split('\n\n');
      this.#rest = blocks.pop() ?? '';
      for (const block of blocks) this.take(block);
    });
    response.on('error', () => undefined);
    response.on('close', () => (this.over = true));
  }

  /** Fulfilled with the headers; rejected where it is no stream. */
  static async open<Data>(url: string, headers: Record<string, string>): Promise<EventReader<Data>> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false }, resolve);
      sent.on('error', reject).end();
    });
    if (response.statusCode === 200 && response.headers['content-type'] === 'text/event-stream')
      return new EventReader<Data>(response);
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
    throw new Error(`answered ${response.statusCode ?? 0} ${JSON.stringify(response.headers)}: ${text}`);
  }

  get headers(): IncomingHttpHeaders {
    return this.response.headers;
  }

  get ids(): readonly string[] {
    return this.heard.map(({ id }) => id);
  }

  /** Nothing more is taken from the socket until `resume`. */
  pause(): void {
    this.response.pause();
  }

  resume(): void {
    this.response.resume();
  }

  hears(what: string, is: (data: Data) => boolean): Promise<Heard<Data>> {
    return until(`the stream tells ${what}`, () => this.heard.find(({ data }) => is(data)));
  }

  async ends(): Promise<void> {
    await until('the stream ends', () => this.over || undefined);
  }

  close(): void {
    this.response.destroy();
  }

  private take(block: string): void {
    let data = '';
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) this.comments.push(line.slice(1));
      else if (line.startsWith('id: ')) this.lastEventId = line.slice(4);
      else if (line.startsWith('retry: ')) this.retryMs = Number(line.slice(7));
      else if (line.startsWith('data: ')) data += line.slice(6);
      else throw new Error(`not understood: ${line}`);
    }
    if (data === '') return;
    this.heard.push({
      id: this.lastEventId ?? '',
      data: JSON.parse(data) as Data,
      at: performance.timeOrigin + performance.now(),
    });
  }
}
