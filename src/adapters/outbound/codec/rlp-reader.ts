/** Bytes that are no canonical RLP of the expected shape. Never leaves this folder: `recover` turns it into an outcome. */
export class RlpError extends Error {
  override readonly name = 'RlpError';
}

/**
 * Reads one flat list, field after field, and takes canonical encodings only (yellow paper, appendix B): a byte below 0x80 stands for
 * itself, lengths and integers are as short as they can be, and nothing follows the last field. It throws rather than returning an outcome a
 * field, since all of a transaction's fields are read or none.
 */
export class RlpListReader {
  readonly #bytes: Buffer;
  #position: number;

  /** `start`: where the list's header is. The list has to end where the bytes end. */
  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.#position = start;
    const first = this.#byte();
    if (first < 0xc0) throw new RlpError('not a list');
    const length = first <= 0xf7 ? first - 0xc0 : this.#longLength(first - 0xf7);
    if (this.#position + length !== bytes.length) throw new RlpError('the list does not end where the bytes end');
  }

  /** Where the next field begins. */
  get position(): number {
    return this.#position;
  }

  /** A byte string as a view of the bytes read. */
  string(): Buffer {
    const first = this.#byte();
    if (first < 0x80) return this.#bytes.subarray(this.#position - 1, this.#position);
    if (first >= 0xc0) throw new RlpError('a list where a string belongs');
    const length = first <= 0xb7 ? first - 0x80 : this.#longLength(first - 0xb7);
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new RlpError('a string is cut off');
    const value = this.#bytes.subarray(this.#position, end);
    if (first === 0x81 && (value[0] ?? 0) < 0x80)
      throw new RlpError('a single byte has a header that it does not need');
    this.#position = end;
    return value;
  }

  /** An unsigned integer of at most 256 bits, as the bytes read: no leading zero, empty for 0. */
  integerBytes(): Buffer {
    const value = this.string();
    if (value.length > 32) throw new RlpError('an integer exceeds 256 bits');
    if (value[0] === 0) throw new RlpError('an integer begins with zero');
    return value;
  }

  bigint(): bigint {
    const value = this.integerBytes();
    return value.length === 0 ? 0n : BigInt(`0x${value.toString('hex')}`);
  }

  /** An integer that a number holds exactly: up to 2^53 - 1. */
  number(): number {
    const value = this.integerBytes();
    if (value.length > 6) {
      const large = Number(`0x${value.toString('hex')}`);
      if (!Number.isSafeInteger(large)) throw new RlpError('an integer exceeds 2^53 - 1');
      return large;
    }
    return value.length === 0 ? 0 : value.readUIntBE(0, value.length);
  }

  emptyList(): void {
    if (this.#byte() !== 0xc0) throw new RlpError('an access list that is not empty');
  }

  end(): void {
    if (this.#position !== this.#bytes.length) throw new RlpError('more fields than expected');
  }

  #byte(): number {
    const value = this.#bytes[this.#position];
    if (value === undefined) throw new RlpError('the bytes end too early');
    this.#position += 1;
    return value;
  }

  #longLength(size: number): number {
    const end = this.#position + size;
    // Six bytes hold any length there is room for; more would not fit a number.
    if (size > 6 || end > this.#bytes.length) throw new RlpError('a length is cut off');
    const length = this.#bytes.readUIntBE(this.#position, size);
    if (this.#bytes[this.#position] === 0 || length <= 55) throw new RlpError('a length is longer than it needs to be');
    this.#position = end;
    return length;
  }
}
