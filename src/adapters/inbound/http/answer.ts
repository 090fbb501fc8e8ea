import type { ServerResponse } from 'node:http';

/** What a call answers, before it is written to a connection. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  /** null: no content, or one that `stream` writes. */
  readonly text: string | null;
  /** Takes over once the headers are out, and ends the response some time. */
  readonly stream?: (response: ServerResponse) => void;
}

const NO_HEADERS = {};
const JSON_TYPE = 'application/json; charset=utf-8';

export const json = (status: number, value: unknown, headers: Answer['headers'] = NO_HEADERS): Answer => ({
  status,
  headers: { 'Content-Type': JSON_TYPE, ...headers },
  text: JSON.stringify(value),
});

export const content = (
  status: number,
  type: string,
  text: string,
  headers: Answer['headers'] = NO_HEADERS,
): Answer => ({ status, headers: { 'Content-Type': type, ...headers }, text });

export const empty = (status: number, headers: Answer['headers'] = NO_HEADERS): Answer => ({
  status,
  headers,
  text: null,
});

export const streamed = (
  type: string,
  stream: (response: ServerResponse) => void,
  headers: Answer['headers'],
): Answer => ({
  status: 200,
  headers: { 'Content-Type': type, ...headers },
  text: null,
  stream,
});

/** Writes an answer; for HEAD, Node leaves the content out and keeps its length. */
export function send(response: ServerResponse, answer: Answer): void {
  response.statusCode = answer.status;
  for (const name in answer.headers) response.setHeader(name, answer.headers[name] ?? '');
  if (answer.stream !== undefined && response.req.method !== 'HEAD') {
    response.flushHeaders();
    answer.stream(response);
    return;
  }
  if (answer.text === null) {
    response.end();
    return;
  }
  response.setHeader('Content-Length', Buffer.byteLength(answer.text));
  response.end(answer.text);
}
