import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case; of one that stands there twice, the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const HEAD_END = '\r\n\r\n';

/**
 * Writes bytes to a server as they are, and reads the first answer that comes back; the connection is closed then. For what an HTTP client
 * would refuse to send. null: it was closed without an answer.
 */
export async function rawAnswer(port: number, bytes: Buffer | string): Promise<RawAnswer | null> {
  const socket = connect(port, '127.0.0.1');
  const received: Buffer[] = [];
  let answer: RawAnswer | null = null;
  // A server that closes in the middle of what is sent to it resets the connection; what it said before counts.
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    received.push(chunk);
    answer ??= parsed(Buffer.concat(received));
    if (answer) socket.destroy();
  });
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  socket.write(bytes);
  if (!socket.closed) await once(socket, 'close');
  return answer;
}

/** null: not all of it is there. */
function parsed(bytes: Buffer): RawAnswer | null {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const [first = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  // 100 Continue: the answer follows.
  if (/^HTTP\/1\.1 1\d\d /.test(first)) return parsed(bytes.subarray(headEnd + HEAD_END.length));
  const body = bytes.subarray(headEnd + HEAD_END.length);
  if (body.length < Number(headers['content-length'] ?? 0)) return null;
  return { status: Number(first.split(' ')[1]), headers, body: body.toString('utf8') };
}
