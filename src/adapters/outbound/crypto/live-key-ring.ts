import { isFresh } from '../../../application/is-fresh.ts';
import type { Clock } from '../../../application/ports/clock.ts';
import type { DataKeys } from '../../../application/ports/data-keys.ts';
import type { KeyEncryptionKey } from './key-encryption-key.ts';
import { loadKeyRing, rotateEnvelopeKey, type KeyRing } from './key-ring.ts';

/** How long a process may go on sealing by a key that another one has rotated. */
export const NOTICED_WITHIN_MS = 5_000;
const ROTATED_AFTER_MS = 30 * 24 * 60 * 60_000;
/** Random IVs collide with a chance of 2^-37 then (NIST SP 800-38D allows 2^-32). */
const MOST_USES = 2 ** 30;
const USES_A_BLOCK = 10_000;

/** The data keys as they are now: read again every five seconds while something is sealed, counted, and rotated when it is time. */
export class LiveKeyRing {
  readonly #dataKeys: DataKeys;
  readonly #kek: KeyEncryptionKey;
  readonly #oldKeks: readonly KeyEncryptionKey[];
  readonly #clock: Clock;
  #ring: KeyRing;
  #readAt: number;
  /** Uses of the active key that are counted already and were not made yet. */
  #reserved = 0;
  #refreshing: Promise<void> | null = null;

  private constructor(
    dataKeys: DataKeys,
    kek: KeyEncryptionKey,
    oldKeks: readonly KeyEncryptionKey[],
    clock: Clock,
    ring: KeyRing,
  ) {
    this.#dataKeys = dataKeys;
    this.#kek = kek;
    this.#oldKeks = oldKeks;
    this.#clock = clock;
    this.#ring = ring;
    this.#readAt = clock.now();
  }

  /** @throws ForeignKeysError, FieldCipherError as `loadKeyRing` */
  static async open(
    dataKeys: DataKeys,
    kek: KeyEncryptionKey,
    oldKeks: readonly KeyEncryptionKey[],
    clock: Clock,
  ): Promise<LiveKeyRing> {
    return new LiveKeyRing(dataKeys, kek, oldKeks, clock, await loadKeyRing(dataKeys, kek, oldKeks, clock));
  }

  get index(): Uint8Array {
    return this.#ring.index;
  }

  /** The envelope key with this id, as far as it was read. */
  find(id: number): Uint8Array | undefined {
    return this.#ring.envelope.get(id);
  }

  /** The active key, for so many uses. */
  async take(uses: number): Promise<KeyRing['active']> {
    while (!isFresh(this.#readAt, this.#clock.now(), NOTICED_WITHIN_MS) || this.#reserved < uses)
      await (this.#refreshing ??= this.#refresh(uses).finally(() => (this.#refreshing = null)));
    this.#reserved -= uses;
    return this.#ring.active;
  }

  /** Reads the keys once more: another process may have made one since. */
  async reload(): Promise<void> {
    const now = this.#clock.now();
    const ring = await loadKeyRing(this.#dataKeys, this.#kek, this.#oldKeks, this.#clock, this.#ring.unwrapped);
    if (ring.active.id !== this.#ring.active.id) this.#reserved = 0;
    this.#ring = ring;
    this.#readAt = now;
  }

  /** Puts a new active key in the place of the present one; gives its id. */
  async rotate(): Promise<number> {
    await rotateEnvelopeKey(this.#dataKeys, this.#kek, this.#ring.active.id, this.#clock);
    await this.reload();
    return this.#ring.active.id;
  }

  async #refresh(uses: number): Promise<void> {
    if (!isFresh(this.#readAt, this.#clock.now(), NOTICED_WITHIN_MS)) await this.reload();
    if (this.#clock.now() - this.#ring.active.createdAt >= ROTATED_AFTER_MS) await this.rotate();
    if (this.#reserved >= uses) return;
    const { id } = this.#ring.active;
    const block = Math.max(USES_A_BLOCK, uses);
    const total = await this.#dataKeys.reserve(id, block);
    if (total === null) await this.reload();
    else if (total > MOST_USES) await this.rotate();
    else if (id === this.#ring.active.id) this.#reserved += block;
  }
}
