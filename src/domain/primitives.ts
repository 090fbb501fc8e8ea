/** `0x`-prefixed hex of any even length, always lower case inside the house; other spellings exist at the HTTP edge only. */
export type Hex = `0x${string}`;

declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** A 20-byte address as lower-case hex. Compared as text; EIP-55 is a matter of presentation. */
export type Address = Branded<Hex, 'Address'>;
/** keccak256 of the signed bytes: the identity of an attempt on chain. */
export type TxHash = Branded<Hex, 'TxHash'>;
export type BlockHash = Branded<Hex, 'BlockHash'>;
/** EIP-155 chain id. */
export type ChainId = Branded<number, 'ChainId'>;
/** UUIDv7, time-ordered: the order of ids is the order of acceptance. */
export type TransactionId = Branded<string, 'TransactionId'>;
export type FillerId = Branded<string, 'FillerId'>;
/** A bulk job's, UUIDv7. */
export type JobId = Branded<string, 'JobId'>;
/** Whoever may hold a nonce: a transaction or a filler. */
export type HolderId = TransactionId | FillerId;
/** Milliseconds since 1970-01-01 UTC. */
export type Millis = number;

/** A signing account on one chain: the unit that nonces, lanes and pauses belong to. */
export interface SignerKey {
  readonly chainId: ChainId;
  readonly address: Address;
}

/** One text for maps and lease names: `31337:0xf39f…`. */
export const signerKeyText = (key: SignerKey): string => `${key.chainId}:${key.address}`;

/** A block by number and hash; only the hash identifies it (rule 10). */
export interface BlockRef {
  readonly number: number;
  readonly hash: BlockHash;
}
