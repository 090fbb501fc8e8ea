import type { Address, SignerKey } from '../../domain/primitives.ts';

/** 65-byte recoverable signature: r (32) ‖ s (32, lower half as EIP-2 demands) ‖ recovery id (0 or 1). */
export type Signature = Uint8Array;

export type SignOutcome =
  | { readonly kind: 'signed'; readonly signature: Signature }
  /** `throttled` never counts against the retries; `unusable`: wrong, disabled or pending deletion. */
  | { readonly kind: 'failed'; readonly reason: 'throttled' | 'unavailable' | 'unusable'; readonly message: string };

export interface Signer {
  readonly address: Address;
  /** What it is, without secrets: `dev:0`, `keystore:/path`, `kms:…`. */
  readonly label: string;
  /** Digests of 32 bytes each; outcomes in order. Never throws for one item's sake. */
  sign(digests: readonly Uint8Array[]): Promise<readonly SignOutcome[]>;
}

export interface SignerDirectory {
  list(): readonly SignerKey[];
  find(key: SignerKey): Signer | null;
}
