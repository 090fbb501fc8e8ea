import { z } from 'zod';
import type { RequestChanges } from '../../../../domain/transaction/request.ts';
import type { Millis } from '../../../../domain/primitives.ts';
import { address } from './address.ts';
import { documentedAs } from './documented.ts';
import { callData } from './hex.ts';
import { BELOW_THE_MARKET, feePerGasWei, gasLimit, maxFeePerGasWei, valueWei } from './quantity.ts';
import { plainText } from './text.ts';
import { time, VALID_UNTIL } from './time.ts';
import { TIP_ABOVE_CAP, tipFitsCap } from './transaction-request.ts';

export const reason = plainText(1_000, 'Why; it stands in the timeline and in the audit log.');

/** Only what is named changes. `null` takes a limit away: the service decides again. */
const changes = z
  .strictObject({
    to: documentedAs(address.nullable().optional(), {
      description: 'null: a contract creation.',
    }),
    value: valueWei.optional(),
    data: callData.optional(),
    gasLimit: documentedAs(gasLimit.nullable().optional(), { description: 'Gas. null: estimated anew.' }),
    maxFeePerGas: documentedAs(maxFeePerGasWei.nullable().optional(), {
      description: `Wei per gas: a cap, never exceeded. ${BELOW_THE_MARKET} null: no cap of its own, the service goes with the market.`,
    }),
    maxPriorityFeePerGas: documentedAs(feePerGasWei.nullable().optional(), {
      description: 'Wei per gas: a cap, never exceeded. null: no cap of its own, the service goes with the market.',
    }),
    validUntil: documentedAs(time.nullable().optional(), {
      description: `${VALID_UNTIL} null: no such moment. One that has passed must be changed.`,
    }),
  })
  .refine(tipFitsCap, TIP_ABOVE_CAP);

export const retryBody = z.strictObject({
  reason,
  changes: documentedAs(changes.optional(), {
    description:
      'What is left out stays as it is now, with the edits of earlier retries. `null` takes a limit away (a `to` of null: contract creation); `value` and `data` cannot be null. Left out altogether: retried as it is.',
  }),
});

export const reasonBody = z.strictObject({ reason });

type Changes = RequestChanges & { readonly validUntil?: Millis | null };

export function toChanges(parsed: z.output<typeof changes> | undefined): Changes {
  const { to, value, data, gasLimit: gas, maxFeePerGas, maxPriorityFeePerGas, validUntil } = parsed ?? {};
  return {
    ...(to !== undefined && { to }),
    ...(value !== undefined && { valueWei: value }),
    ...(data !== undefined && { data }),
    ...(gas !== undefined && { gasLimit: gas }),
    ...(maxFeePerGas !== undefined && { maxFeePerGasWei: maxFeePerGas }),
    ...(maxPriorityFeePerGas !== undefined && { maxPriorityFeePerGasWei: maxPriorityFeePerGas }),
    ...(validUntil !== undefined && { validUntil }),
  };
}
