/** Bytes that don't open, or keys that are not there. The message names places and ids of keys, never a key or a plain text. */
export class FieldCipherError extends Error {
  override readonly name: string = 'FieldCipherError';
}

/** The database's keys are wrapped by a key that this process does not have: it must not start, or it would write what others cannot read. */
export class ForeignKeysError extends FieldCipherError {
  override readonly name = 'ForeignKeysError';
  /** The key-encryption keys that are missing, by id. */
  readonly wrappingKeyIds: readonly string[];

  constructor(wrappingKeyIds: readonly string[]) {
    super(`the database's data keys are wrapped by a key that is not given here: ${wrappingKeyIds.join(', ')}`);
    this.wrappingKeyIds = wrappingKeyIds;
  }
}
