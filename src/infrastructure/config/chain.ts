import { integer, listOf, notYet, repeated, setting, Wrong, type Read } from './setting.ts';

const HIGHEST_QUANTITY = 2n ** 256n - 1n;
const RPC_URLS = 'http:// or https:// addresses of JSON-RPC endpoints of one chain, each once, comma-separated';

/** The chain, and how it is talked to. */
export const chainSettings = {
  RPC_URLS: setting((text) => {
    const urls = listOf(text, readRpcUrl);
    if (urls instanceof Wrong) return urls;
    return repeated(urls, (url) => new URL(url).href) === undefined ? urls : new Wrong(RPC_URLS);
  }).optional(),
  CHAINS_FILE: notYet('several chains come with a later release; leave it out'),
  ANVIL_BLOCK_TIME_MS: integer(50, 3_600_000, 'milliseconds from block to block').default(1000),
  CONFIRMATIONS: integer(1, 1000, 'blocks until final, the including one counted').default(2),
  RPC_TIMEOUT_MS: integer(1, 600_000, 'milliseconds for one HTTP request to the node').default(22_000),
  MAX_FEE_PER_GAS_WEI: setting((text) => {
    const wei = /^\d{1,78}$/.test(text) ? BigInt(text) : 0n;
    return wei > 0n && wei <= HIGHEST_QUANTITY ? wei : new Wrong('wei per gas as a decimal number, 1 or more');
  }).optional(),
  MAX_IN_FLIGHT: integer(1, 100_000, "nonces sent beyond the chain's next one").default(1000),
  STUCK_AFTER_BLOCKS: notYet('replacement of stuck transactions comes with a later release; leave it out'),
};

function readRpcUrl(text: string): Read<string> {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return new Wrong(RPC_URLS);
  return text;
}
