import { z } from 'zod';
import type { RequestChanges } from '../../../../domain/transaction/request.ts';
import type { Millis } from '../../../../domain/primitives.ts';
import { address } from './address.ts';
import { callData } from './hex.ts';
import { feePerGasWei, gasLimit, valueWei } from './quantity.ts';
import { plainText } from './text.ts';
import { time } from './time.ts';
import { TIP_ABOVE_CAP, tipFitsCap } from './transaction-request.ts';

const reason = plainText(1_000, 'Why; it stands in the timeline and in the audit log.');

/** Only what is named changes. `null` takes a limit away: the service decides again. */
const changes = z
  .strictObject({
    to: address.nullable().optional(),
    value: valueWei.optional(),
    data: callData.optional(),
    gasLimit: gasLimit.nullable().optional(),
    maxFeePerGas: feePerGasWei.nullable().optional(),
    maxPriorityFeePerGas: feePerGasWei.nullable().optional(),
    validUntil: time.nullable().optional(),
  })
  .refine(tipFitsCap, TIP_ABOVE_CAP);

export const retryBody = z.strictObject({ reason, changes: changes.optional() });

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
