import { z } from 'zod';
import type { Submission } from '../../../../application/use-cases/inbound.ts';
import type { ChainId } from '../../../../domain/primitives.ts';
import { address } from './address.ts';
import { documentedAs } from './documented.ts';
import { callData } from './hex.ts';
import { metadata } from './metadata.ts';
import { feePerGasWei, gasLimit, maxFeePerGasWei, valueWei } from './quantity.ts';
import { idempotencyKey } from './text.ts';
import { time, VALID_UNTIL } from './time.ts';

const chainId = documentedAs(
  z.int({ error: 'must be a chain id: a whole number' }).min(1, { error: 'must be at least 1' }),
  { type: 'integer', minimum: 1, description: 'EIP-155 chain id. May be left out where one chain is configured.' },
);

const fields = {
  chainId: chainId.optional(),
  from: documentedAs(address.optional(), {
    description: 'One of the signers. Left out: the service picks the least busy one.',
  }),
  to: address.nullable().optional(),
  value: valueWei.optional(),
  data: callData.optional(),
  gasLimit: gasLimit.optional(),
  maxFeePerGas: maxFeePerGasWei.optional(),
  maxPriorityFeePerGas: feePerGasWei.optional(),
  validUntil: documentedAs(time.optional(), { description: VALID_UNTIL }),
  metadata: metadata.optional(),
};

interface Fees {
  readonly maxFeePerGas?: bigint | null | undefined;
  readonly maxPriorityFeePerGas?: bigint | null | undefined;
}

/** EIP-1559: the tip is a part of the fee. */
export const tipFitsCap = ({ maxFeePerGas, maxPriorityFeePerGas }: Fees): boolean =>
  maxFeePerGas == null || maxPriorityFeePerGas == null || maxPriorityFeePerGas <= maxFeePerGas;

export const TIP_ABOVE_CAP = { path: ['maxPriorityFeePerGas'], error: 'must not be above maxFeePerGas' };

/** The body of a single request: its idempotency key is a header. */
export const transactionRequest = z.strictObject(fields).refine(tipFitsCap, TIP_ABOVE_CAP);

/** An item of a batch. */
export const batchItem = z
  .strictObject({ ...fields, idempotencyKey: idempotencyKey.optional() })
  .refine(tipFitsCap, TIP_ABOVE_CAP);

const MAX_BATCH = 1_000;

export const batchOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    transactions: z
      .array(item, { error: 'must be a list of transactions' })
      .min(1, { error: 'must hold at least one transaction' })
      .max(MAX_BATCH, { error: `must hold at most ${MAX_BATCH} transactions` }),
  });

/** The normalised request: absent and `null`, `0x10` and `16` are the same from here on. */
export const toSubmission = (parsed: z.output<typeof transactionRequest>, key: string | null): Submission => ({
  request: {
    to: parsed.to ?? null,
    valueWei: parsed.value ?? 0n,
    data: parsed.data ?? '0x',
    gasLimit: parsed.gasLimit ?? null,
    maxFeePerGasWei: parsed.maxFeePerGas ?? null,
    maxPriorityFeePerGasWei: parsed.maxPriorityFeePerGas ?? null,
  },
  chainId: (parsed.chainId as ChainId | undefined) ?? null,
  from: parsed.from ?? null,
  validUntil: parsed.validUntil ?? null,
  metadata: parsed.metadata ?? null,
  idempotencyKey: key,
});
