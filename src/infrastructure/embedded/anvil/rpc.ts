import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/** What the embedded chain's own keeper asks its node; the service talks to it through its chain port like to any other. */
export async function callAnvil(
  port: number,
  method: string,
  params: readonly unknown[],
  timeoutMs: number,
  stopping?: AbortSignal,
): Promise<unknown> {
  const answer = await post(port, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), timeoutMs, stopping);
  const { result, error } = JSON.parse(answer) as { result?: unknown; error?: { message?: unknown } };
  if (error !== undefined) throw new Error(`${method}: ${String(error.message)}`);
  return result;
}

/**
 * By hand: `fetch` hangs where its signal is collected before it fires, which happens to a call that waits long for a silent node. On a
 * connection of its own, since one that was kept may be that of an Anvil that has ended.
 */
async function post(port: number, body: string, timeoutMs: number, stopping?: AbortSignal): Promise<string> {
  stopping?.throwIfAborted();
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const asked = request({ host: '127.0.0.1', port, method: 'POST', headers, agent: false });
  const timer = setTimeout(() => asked.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  const stop = (): unknown => asked.destroy(new Error('stopped'));
  stopping?.addEventListener('abort', stop);
  try {
    return await new Promise<string>((resolve, reject) => {
      asked.on('error', reject);
      asked.once('response', (response) => void text(response).then(resolve, reject));
      asked.end(body);
    });
  } finally {
    clearTimeout(timer);
    stopping?.removeEventListener('abort', stop);
  }
}

export const addressOf = (port: number): string => `http://127.0.0.1:${port}`;
