import { z } from 'zod';
import { documentedAs } from './documented.ts';

export const MAX_UINT256 = 2n ** 256n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;
const FORM = /^(?:[0-9]{1,78}|0x[0-9a-fA-F]{1,64})$/;

function quantityBetween(least: bigint, most: bigint, mostText: string, description: string) {
  const message = `must be a string with a whole number from ${least} to ${mostText}, decimal or 0x-hex`;
  return documentedAs(
    z.string({ error: message }).transform((text, context) => {
      const value = FORM.test(text) ? BigInt(text) : -1n;
      if (value >= least && value <= most) return value;
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    }),
    {
      type: 'string',
      pattern: FORM.source,
      description: `${description} A whole number up to ${mostText}, decimal or 0x-hex.`,
      examples: ['1000000000', '0x3b9aca00'],
    },
  );
}

/** Quantities are strings, since a JSON number loses digits beyond 2^53. They become bigint. */
export const valueWei = quantityBetween(0n, MAX_UINT256, '2^256-1', 'Wei to send.');
export const feePerGasWei = quantityBetween(0n, MAX_UINT256, '2^256-1', 'Wei per gas: a cap, never exceeded.');
export const BELOW_THE_MARKET =
  "Below the market's base fee the transaction waits in the queue, without limit of time.";
/** `maxFeePerGas`; the tip within it has no market to be below of. */
export const maxFeePerGasWei = quantityBetween(
  0n,
  MAX_UINT256,
  '2^256-1',
  `Wei per gas: a cap, never exceeded. ${BELOW_THE_MARKET}`,
);
/** Gas is a 64-bit number in every client (EIP-1559 leaves it open; geth's `uint64`). */
export const gasLimit = quantityBetween(1n, MAX_UINT64, '2^64-1', 'Gas. Left out: estimated.');
