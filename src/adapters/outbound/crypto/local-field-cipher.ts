import { createHmac } from 'node:crypto';
import type { Clock } from '../../../application/ports/clock.ts';
import type { DataKeys } from '../../../application/ports/data-keys.ts';
import type { FieldCipher, FieldContext, Sealed } from '../../../application/ports/field-cipher.ts';
import { decrypt, encrypt } from './aes-256-gcm.ts';
import { associatedData } from './associated-data.ts';
import { FieldCipherError } from './field-cipher-error.ts';
import { IvPool } from './iv-pool.ts';
import { KeyEncryptionKey } from './key-encryption-key.ts';
import { loadKeyRing, type KeyRing } from './key-ring.ts';

const VERSION = 1;
/** Version (1) and the data key's id (4, big-endian), before the IV. */
const HEADER_BYTES = 5;

/** Seals fields with data keys that are held in this process's memory: version | data key id | IV (12) | ciphertext | tag (16). */
export class LocalFieldCipher implements FieldCipher {
  readonly #load: () => Promise<KeyRing>;
  readonly #ivs = new IvPool();
  #ring: KeyRing;
  #header: Uint8Array;

  private constructor(load: () => Promise<KeyRing>, ring: KeyRing) {
    this.#load = load;
    this.#ring = ring;
    this.#header = headerOf(ring.active.id);
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
    const current = new KeyEncryptionKey(kek);
    const old = oldKeks.map((one) => new KeyEncryptionKey(one));
    const load = (): Promise<KeyRing> => loadKeyRing(dataKeys, current, old, clock);
    return new LocalFieldCipher(load, await load());
  }

  async seal(
    items: readonly { readonly plain: Uint8Array; readonly context: FieldContext }[],
  ): Promise<readonly Sealed[]> {
    const { key } = this.#ring.active;
    return items.map(({ plain, context }) => encrypt(key, this.#ivs, this.#header, plain, associatedData(context)));
  }

  async open(
    items: readonly { readonly sealed: Sealed; readonly context: FieldContext }[],
  ): Promise<readonly Uint8Array[]> {
    if (items.some(({ sealed }) => !this.#ring.envelope.has(dataKeyIdOf(sealed)))) await this.#reload();
    return items.map(({ sealed, context }) => this.#openOne(sealed, context));
  }

  async blindIndex(purpose: string, values: readonly string[]): Promise<readonly Uint8Array[]> {
    if (purpose.includes('\0')) throw new RangeError('The purpose of a blind index holds no zero byte');
    return values.map((value) => createHmac('sha256', this.#ring.index).update(`${purpose}\0${value}`).digest());
  }

  #openOne(sealed: Sealed, context: FieldContext): Uint8Array {
    const where = `${context.table}.${context.column} of ${context.rowId}`;
    if (sealed[0] !== VERSION || sealed.length < HEADER_BYTES)
      throw new FieldCipherError(`${where} is not sealed as this version does it`);
    const id = dataKeyIdOf(sealed);
    const key = this.#ring.envelope.get(id);
    if (!key) throw new FieldCipherError(`${where} is sealed by data key ${id}, which is not there`);
    const plain = decrypt(key, HEADER_BYTES, sealed, associatedData(context));
    if (!plain) throw new FieldCipherError(`${where} does not open: it was changed, or belongs elsewhere`);
    return plain;
  }

  /** Another process may have rotated the keys since this one read them. */
  async #reload(): Promise<void> {
    this.#ring = await this.#load();
    this.#header = headerOf(this.#ring.active.id);
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
