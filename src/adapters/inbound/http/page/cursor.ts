import { createHmac, timingSafeEqual } from 'node:crypto';
import type { PagePosition } from '../../../../application/ports/views.ts';

/** Positions in lists, as texts that mean nothing to their bearer and belong to the list and filter that they were made for. */
export interface Cursors {
  write(scope: unknown, position: PagePosition): string;
  /** null: not ours, or made for another list or filter. */
  read(scope: unknown, cursor: string): PagePosition | null;
}

const MAC_BYTES = 16;
const FORM = /^[A-Za-z0-9_-]{24,200}$/;

/** `base64url(mac | createdAt id)`; the mac covers the position and the scope, which is any JSON value (list, client, filter). */
export function cursors(key: Uint8Array): Cursors {
  const macOf = (scope: unknown, payload: string) =>
    createHmac('sha256', key)
      .update(`${JSON.stringify(scope)}\n${payload}`)
      .digest()
      .subarray(0, MAC_BYTES);
  return {
    write(scope, position) {
      const payload = `${position.createdAt} ${position.id}`;
      return Buffer.concat([macOf(scope, payload), Buffer.from(payload)]).toString('base64url');
    },
    read(scope, cursor) {
      if (!FORM.test(cursor)) return null;
      const bytes = Buffer.from(cursor, 'base64url');
      // A last character may carry bits that say nothing: two spellings of one cursor would be one too many.
      if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== cursor) return null;
      const payload = bytes.subarray(MAC_BYTES).toString();
      if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), macOf(scope, payload))) return null;
      const space = payload.indexOf(' ');
      return { createdAt: Number(payload.slice(0, space)), id: payload.slice(space + 1) };
    },
  };
}
