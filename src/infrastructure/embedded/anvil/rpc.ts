/** What the embedded chain's own keeper asks its node; the service talks to it through its chain port like to any other. */
export async function callAnvil(
  port: number,
  method: string,
  params: readonly unknown[],
  timeoutMs: number,
  stopping?: AbortSignal,
): Promise<unknown> {
  const response = await fetch(addressOf(port), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(stopping === undefined ? [] : [stopping])]),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: { message?: unknown } };
  if (error !== undefined) throw new Error(`${method}: ${String(error.message)}`);
  return result;
}

export const addressOf = (port: number): string => `http://127.0.0.1:${port}`;
