import { z } from 'zod';
import { documentedAs } from './documented.ts';
import { isCleanText } from './text.ts';

const MAX_BYTES = 16 * 1024;
const MAX_DEPTH = 32;

/** What a client wants to find again: kept sealed, never read by us, so it is not copied here either. */
export const metadata = documentedAs(
  z.unknown().transform((value, context): Readonly<Record<string, unknown>> => {
    const wrong = metadataFault(value);
    if (wrong === null) return value as Record<string, unknown>;
    context.issues.push({ code: 'custom', message: wrong, input: value });
    return z.NEVER;
  }),
  {
    type: 'object',
    additionalProperties: true,
    description:
      'Anything that the client wants to find again, at most 16 KiB as JSON and 32 levels deep. Stored encrypted.',
    examples: [{ order: 4711 }],
  },
);

/** null: nothing is wrong with it. */
function metadataFault(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object';
  return (
    fault(value, 1) ?? (Buffer.byteLength(JSON.stringify(value)) > MAX_BYTES ? 'must be at most 16 KiB as JSON' : null)
  );
}

/** Depth is bounded before anything recursive (JSON.stringify is) meets the value. */
function fault(value: unknown, depth: number): string | null {
  if (typeof value === 'string') return isCleanText(value) ? null : 'must not hold NUL or half characters';
  if (typeof value === 'number')
    return Number.isFinite(value) ? null : 'must not hold numbers beyond what JSON can carry';
  if (typeof value !== 'object' || value === null) return null;
  if (depth > MAX_DEPTH) return `must be at most ${MAX_DEPTH} levels deep`;
  for (const key of Object.keys(value)) {
    const wrong =
      (isCleanText(key) ? null : 'must not hold NUL or half characters') ??
      fault((value as Record<string, unknown>)[key], depth + 1);
    if (wrong !== null) return wrong;
  }
  return null;
}
