import { sentences } from '../schemas/sentences.ts';
import { idempotencyKey } from '../schemas/text.ts';
import type { FieldError } from '../problem.ts';

const MAX_LENGTH = 255;

export type KeyResult =
  { readonly ok: true; readonly key: string | null } | { readonly ok: false; readonly errors: readonly FieldError[] };

/** The header's key, or null without one. Sent twice, Node joins both by a comma and a space, which no key may hold. */
export function keyFromHeader(header: string | string[] | undefined): KeyResult {
  if (header === undefined) return { ok: true, key: null };
  const parsed = idempotencyKey.safeParse(header, { error: sentences });
  if (parsed.success) return { ok: true, key: parsed.data };
  const message = parsed.error.issues[0]?.message ?? 'is not valid';
  return { ok: false, errors: [{ path: 'Idempotency-Key', message }] };
}

/** A header key stands for `KEY#index` of the items without one of their own. */
export function keyOfItem(own: string | undefined, ofBatch: string | null, index: number): KeyResult {
  if (own !== undefined || ofBatch === null) return { ok: true, key: own ?? null };
  const key = `${ofBatch}#${index}`;
  if (key.length <= MAX_LENGTH) return { ok: true, key };
  return {
    ok: false,
    errors: [
      { path: 'idempotencyKey', message: `the header's key with #${index} is over ${MAX_LENGTH} characters long` },
    ],
  };
}
