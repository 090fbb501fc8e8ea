import type { Address, Hex } from '../primitives.ts';

/**
 * What is to be sent: the content of one revision. Number 0 is the client's own, each operator's edit makes the next.
 * `null` means that the service decides. Fees are caps in wei per gas (EIP-1559), never raised above what stands here.
 */
export interface TransactionRequest {
  /** null: contract creation. */
  readonly to: Address | null;
  readonly valueWei: bigint;
  readonly data: Hex;
  readonly gasLimit: bigint | null;
  readonly maxFeePerGasWei: bigint | null;
  readonly maxPriorityFeePerGasWei: bigint | null;
}

/** An operator's edit: only the fields that it names change. */
export type RequestChanges = { readonly [K in keyof TransactionRequest]?: TransactionRequest[K] };

export const applyChanges = (request: TransactionRequest, changes: RequestChanges): TransactionRequest => ({
  ...request,
  ...changes,
});

/** What a transfer without calldata to an account without code costs (yellow paper, G_transaction). */
export const PLAIN_TRANSFER_GAS = 21_000n;
