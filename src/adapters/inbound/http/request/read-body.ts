import type { IncomingMessage } from 'node:http';

export type BodyBytes =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'tooLarge' }
  /** The caller went away: nobody is there to answer. */
  | { readonly kind: 'aborted' };

const TOO_LARGE: BodyBytes = { kind: 'tooLarge' };

/** The raw body, up to a limit. What is beyond it is let run into nothing, so that the connection stays good for the answer. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<BodyBytes> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    request.resume();
    return Promise.resolve(TOO_LARGE);
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (result: BodyBytes) => {
      request.off('data', onData).off('end', onEnd).off('close', onAborted);
      resolve(result);
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      settle(TOO_LARGE);
      request.resume();
    };
    const onEnd = () => {
      const [first = Buffer.alloc(0)] = chunks;
      settle({ kind: 'read', bytes: chunks.length > 1 ? Buffer.concat(chunks, length) : first });
    };
    const onAborted = () => {
      settle({ kind: 'aborted' });
    };
    request.on('data', onData).on('end', onEnd).on('close', onAborted).on('error', ignore);
  });
}

/** `close` follows, and says what there is to say. */
function ignore(): void {}
