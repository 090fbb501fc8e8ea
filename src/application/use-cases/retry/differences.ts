import type { TransactionRequest } from '../../../domain/transaction/request.ts';
import { canonicalText } from '../canonical-text.ts';

/** The contract's names of the fields. */
const NAMES: Record<keyof TransactionRequest, string> = {
  to: 'to',
  valueWei: 'value',
  data: 'data',
  gasLimit: 'gasLimit',
  maxFeePerGasWei: 'maxFeePerGas',
  maxPriorityFeePerGasWei: 'maxPriorityFeePerGas',
};

/** `{field: {old, new}}` for what differs, as texts. */
export function differencesOf(
  old: TransactionRequest,
  edited: TransactionRequest,
  oldUntil: number | null,
  newUntil: number | null,
): Record<string, unknown> {
  const differences: Record<string, unknown> = {};
  for (const key of Object.keys(NAMES) as (keyof TransactionRequest)[]) {
    if (canonicalText(old[key]) === canonicalText(edited[key])) continue;
    differences[NAMES[key]] = { old: told(old[key]), new: told(edited[key]) };
  }
  if (oldUntil !== newUntil) differences['validUntil'] = { old: time(oldUntil), new: time(newUntil) };
  return differences;
}

const told = (value: TransactionRequest[keyof TransactionRequest]): string | null =>
  typeof value === 'bigint' ? value.toString() : value;
const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
