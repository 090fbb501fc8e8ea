/** Where clients put what a revert returned, by how often it is met. */
const PLACES = ['data', 'originalError', 'error', 'result', 'return', 'output', 'cause'] as const;
const MAX_DEPTH = 4;
const HEX = /^(?:Reverted )?(0x(?:[0-9a-f]{2})*)$/i;

/**
 * The revert's bytes (lower-case 0x hex) in a JSON-RPC error's `data`; undefined if there are none. Shapes: the hex itself
 * (geth, erigon, nethermind, besu, anvil), `{data}` (hardhat, wrapping proxies), `{originalError: {data}}` (providers that pass on
 * another's error), `Reverted 0x…` (openethereum and older nethermind), `{"0x<hash>": {return}}` (ganache).
 */
export function revertData(data: unknown, depth = 0): string | undefined {
  if (typeof data === 'string') return HEX.exec(data)?.[1]?.toLowerCase();
  if (typeof data !== 'object' || data === null || depth === MAX_DEPTH) return undefined;
  const record = data as Readonly<Record<string, unknown>>;
  for (const place of PLACES) {
    const found = revertData(record[place], depth + 1);
    if (found !== undefined) return found;
  }
  const byHash = Object.keys(record).find((key) => /^0x[0-9a-f]{64}$/i.test(key));
  return byHash === undefined ? undefined : revertData(record[byHash], depth + 1);
}
