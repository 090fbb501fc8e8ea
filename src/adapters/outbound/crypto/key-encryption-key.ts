import { createHash } from 'node:crypto';
import type { DataKeyRecord } from '../../../application/ports/data-keys.ts';
import { decrypt, encrypt, randomIvs } from './aes-256-gcm.ts';

const KEY_BYTES = 32;
const NO_HEADER = new Uint8Array();

/** Wraps data keys: IV (12) | encrypted key (32) | tag (16), by AES-256-GCM with the purpose as AAD, so that no key passes for one of another purpose. */
export class KeyEncryptionKey {
  /** The first 16 hex digits of its SHA-256: enough to tell keys apart, nothing to find one by. */
  readonly id: string;
  readonly #key: Uint8Array;
  readonly #ivs = randomIvs();

  /** `key`: 32 bytes, from FIELD_ENCRYPTION_KEY. */
  constructor(key: Uint8Array) {
    if (key.length !== KEY_BYTES)
      throw new RangeError(`A key-encryption key has ${KEY_BYTES} bytes, this one ${key.length}`);
    this.#key = new Uint8Array(key);
    this.id = createHash('sha256').update(key).digest('hex').slice(0, 16);
  }

  wrap(dataKey: Uint8Array, purpose: DataKeyRecord['purpose']): Uint8Array {
    return encrypt(this.#key, this.#ivs, NO_HEADER, dataKey, Buffer.from(purpose));
  }

  /** null where the wrapped bytes were changed or belong to another purpose. */
  unwrap(wrapped: Uint8Array, purpose: DataKeyRecord['purpose']): Uint8Array | null {
    const dataKey = decrypt(this.#key, NO_HEADER.length, wrapped, Buffer.from(purpose));
    return dataKey?.length === KEY_BYTES ? dataKey : null;
  }
}

/** 32 bytes from `base64:…`, the form of FIELD_ENCRYPTION_KEY; null where the text is anything else. */
export function parseKeyEncryptionKey(text: string): Uint8Array | null {
  const digits = /^base64:([A-Za-z0-9+/]{43}=?)$/.exec(text)?.[1];
  return digits === undefined ? null : Buffer.from(digits, 'base64');
}
