/** What the embedded chain's own keeper asks its node; the service talks to it through its chain port like to any other. */
export async function callAnvil(
  port: number,
  method: string,
  params: readonly unknown[],
  timeoutMs: number,
  stopping?: AbortSignal,
): Promise<unknown> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  // By hand: a signal that `AbortSignal.any` makes of a time-out can be collected before it fires, and the call then hangs.
  const timer = setTimeout(end, timeoutMs);
  stopping?.addEventListener('abort', end);
  try {
    stopping?.throwIfAborted();
    const response = await fetch(addressOf(port), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: ending.signal,
    });
    const { result, error } = (await response.json()) as { result?: unknown; error?: { message?: unknown } };
    if (error !== undefined) throw new Error(`${method}: ${String(error.message)}`);
    return result;
  } finally {
    clearTimeout(timer);
    stopping?.removeEventListener('abort', end);
  }
}

export const addressOf = (port: number): string => `http://127.0.0.1:${port}`;
