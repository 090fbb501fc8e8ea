import type { TransactionId } from '../../../../domain/primitives.ts';

/** A strong ETag (RFC 9110, 8.8.3): another version, another tag. */
export const etag = (id: TransactionId, version: number): string => `"${id}.${version}"`;

/** No row has it, so that a command which names it meets a conflict, with the present state in the answer. */
const NO_VERSION = -1;

const TAG = /^\s*(W\/)?"([^"]*)"\s*$/;

/**
 * The version that `If-Match` asks for: null without the header and for `*`; NO_VERSION where no tag in it is one of this transaction's.
 * Weak tags never match (RFC 9110, 13.1.1).
 */
export function versionFromIfMatch(header: string | undefined, id: TransactionId): number | null {
  if (header === undefined || header.trim() === '*') return null;
  let version = NO_VERSION;
  for (const part of header.split(',')) {
    const [, weak, tag] = TAG.exec(part) ?? [];
    if (weak !== undefined || !tag?.startsWith(`${id}.`)) continue;
    const digits = tag.slice(id.length + 1);
    if (/^[0-9]{1,15}$/.test(digits)) version = Math.max(version, Number(digits));
  }
  return version;
}
