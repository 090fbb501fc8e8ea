import type { FieldCipher, FieldContext, Sealed } from '../../../../application/ports/field-cipher.ts';

/** A place in a row that waits for its ciphertext. */
interface Slot {
  readonly plain: Uint8Array;
  readonly context: FieldContext;
  fill(sealed: Sealed): void;
}

/**
 * Collects everything of a change set that must be sealed, so that one call seals it all before the database transaction begins:
 * no await of ours stands inside it.
 */
export class Sealing {
  private readonly slots: Slot[] = [];

  add(context: FieldContext, plain: Uint8Array | null, fill: (sealed: Sealed | null) => void): void {
    if (plain === null) fill(null);
    else this.slots.push({ plain, context, fill });
  }

  async sealAll(cipher: FieldCipher): Promise<void> {
    if (this.slots.length === 0) return;
    const sealed = await cipher.seal(this.slots);
    this.slots.forEach((slot, i) => {
      slot.fill(sealed[i] as Sealed);
    });
  }
}
