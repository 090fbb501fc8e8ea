/** Binds a ciphertext to its place: it opens nowhere else (AAD = table, column, row id). */
export interface FieldContext {
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
}

/** AES-256-GCM envelope: version, key id, IV, ciphertext and tag in one byte string. */
export type Sealed = Uint8Array;

export interface FieldCipher {
  seal(items: readonly { readonly plain: Uint8Array; readonly context: FieldContext }[]): Promise<readonly Sealed[]>;
  /** Throws `FieldCipherError` where a key is missing or the bytes were changed or moved: never an expected outcome. */
  open(items: readonly { readonly sealed: Sealed; readonly context: FieldContext }[]): Promise<readonly Uint8Array[]>;
  /** Keyed hash (HMAC-SHA-256) for what must be found by equality: 32 bytes each. `purpose` keeps indexes of different columns apart. */
  blindIndex(purpose: string, values: readonly string[]): Promise<readonly Uint8Array[]>;
}
