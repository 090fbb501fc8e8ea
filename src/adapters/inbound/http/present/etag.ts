import type { TransactionId } from '../../../../domain/primitives.ts';

/** A strong ETag (RFC 9110, 8.8.3): another version, another tag. */
export const etag = (id: TransactionId, version: number): string => `"${id}.${version}"`;

const TAG = /^\s*(W\/)?"([^"]*)"\s*$/;

/**
 * The versions that `If-Match` allows: null without the header and for `*`; none where no tag in it is one of this transaction's, so that the
 * command meets a conflict, with the present state in the answer. Weak tags never match (RFC 9110, 13.1.1).
 */
export function versionsFromIfMatch(header: string | undefined, id: TransactionId): readonly number[] | null {
  if (header === undefined || header.trim() === '*') return null;
  return header.split(',').flatMap((part) => {
    const [, weak, tag] = TAG.exec(part) ?? [];
    if (weak !== undefined || !tag?.startsWith(`${id}.`)) return [];
    const digits = tag.slice(id.length + 1);
    return /^[0-9]{1,15}$/.test(digits) ? [Number(digits)] : [];
  });
}
