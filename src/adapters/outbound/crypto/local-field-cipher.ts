import { createHmac } from 'node:crypto';
import type { Clock } from '../../../application/ports/clock.ts';
import type { DataKeys } from '../../../application/ports/data-keys.ts';
import type { FieldCipher, FieldContext, Sealed } from '../../../application/ports/field-cipher.ts';
import { decrypt, encrypt, randomIvs } from './aes-256-gcm.ts';
import { associatedData } from './associated-data.ts';
import { FieldCipherError } from './field-cipher-error.ts';
import { KeyEncryptionKey } from './key-encryption-key.ts';
import { LiveKeyRing } from './live-key-ring.ts';

const VERSION = 1;
/** Version (1) and the data key's id (4, big-endian), before the IV. */
const HEADER_BYTES = 5;

/** Seals fields with data keys that are held in this process's memory: version | data key id | IV (12) | ciphertext | tag (16). */
export class LocalFieldCipher implements FieldCipher {
  readonly #keys: LiveKeyRing;
  readonly #ivs = randomIvs();

  private constructor(keys: LiveKeyRing) {
    this.#keys = keys;
  }

  /**
   * Reads the database's data keys, and makes them where there are none.
   * @param kek 32 bytes: wraps keys that are made here
   * @param oldKeks earlier ones, for keys that were wrapped then
   * @throws ForeignKeysError where neither opens a key: whoever starts this process must not go on
   */
  static async create(
    dataKeys: DataKeys,
    kek: Uint8Array,
    oldKeks: readonly Uint8Array[],
    clock: Clock,
  ): Promise<LocalFieldCipher> {
    const old = oldKeks.map((one) => new KeyEncryptionKey(one));
    return new LocalFieldCipher(await LiveKeyRing.open(dataKeys, new KeyEncryptionKey(kek), old, clock));
  }

  async seal(
    items: readonly { readonly plain: Uint8Array; readonly context: FieldContext }[],
  ): Promise<readonly Sealed[]> {
    const { id, key } = await this.#keys.take(items.length);
    const header = headerOf(id);
    return items.map(({ plain, context }) => encrypt(key, this.#ivs, header, plain, associatedData(context)));
  }

  async open(
    items: readonly { readonly sealed: Sealed; readonly context: FieldContext }[],
  ): Promise<readonly Uint8Array[]> {
    // Another process may have made it since this one read them.
    if (items.some(({ sealed }) => !this.#keys.find(dataKeyIdOf(sealed)))) await this.#keys.reload();
    return items.map(({ sealed, context }) => this.#openOne(sealed, context));
  }

  async blindIndex(purpose: string, values: readonly string[]): Promise<readonly Uint8Array[]> {
    if (purpose.includes('\0')) throw new RangeError('The purpose of a blind index holds no zero byte');
    return values.map((value) => createHmac('sha256', this.#keys.index).update(`${purpose}\0${value}`).digest());
  }

  #openOne(sealed: Sealed, context: FieldContext): Uint8Array {
    const where = `${context.table}.${context.column} of ${context.rowId}`;
    if (sealed[0] !== VERSION || sealed.length < HEADER_BYTES)
      throw new FieldCipherError(`${where} is not sealed as this version does it`);
    const id = dataKeyIdOf(sealed);
    const key = this.#keys.find(id);
    if (!key) throw new FieldCipherError(`${where} is sealed by data key ${id}, which is not there`);
    const plain = decrypt(key, HEADER_BYTES, sealed, associatedData(context));
    if (!plain) throw new FieldCipherError(`${where} does not open: it was changed, or belongs elsewhere`);
    return plain;
  }
}

function headerOf(dataKeyId: number): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(VERSION);
  header.writeUInt32BE(dataKeyId, 1);
  return header;
}

function dataKeyIdOf(sealed: Sealed): number {
  return sealed.length < HEADER_BYTES ? 0 : new DataView(sealed.buffer, sealed.byteOffset).getUint32(1);
}
