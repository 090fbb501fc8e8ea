import type { FieldCipher, FieldContext, Sealed } from '../../../../application/ports/field-cipher.ts';
import { fromJson, fromUtf8 } from '../content.ts';

export interface Slot {
  readonly sealed: Sealed | null;
  readonly context: FieldContext;
}

/** Opens in one call what is there; one value a slot, null where nothing is stored. */
async function openAll<Value>(
  cipher: FieldCipher,
  slots: readonly Slot[],
  read: (plain: Uint8Array) => Value,
): Promise<readonly (Value | null)[]> {
  const stored = slots.flatMap(({ sealed, context }) => (sealed === null ? [] : [{ sealed, context }]));
  const opened = stored.length === 0 ? [] : await cipher.open(stored);
  let at = 0;
  return slots.map(({ sealed }) => (sealed === null ? null : read(opened[at++] as Uint8Array)));
}

export const openTexts = (cipher: FieldCipher, slots: readonly Slot[]) => openAll(cipher, slots, fromUtf8);
export const openObjects = (cipher: FieldCipher, slots: readonly Slot[]) =>
  openAll(cipher, slots, (plain) => fromJson(plain) as Readonly<Record<string, unknown>>);
