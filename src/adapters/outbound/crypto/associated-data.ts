import type { FieldContext } from '../../../application/ports/field-cipher.ts';

/** The place of a field as bytes, each part behind its length, so that no two places read the same. */
export function associatedData({ table, column, rowId }: FieldContext): Uint8Array {
  return Buffer.from(part(table) + part(column) + part(rowId));
}

function part(text: string): string {
  return `${Buffer.byteLength(text)}:${text}`;
}
