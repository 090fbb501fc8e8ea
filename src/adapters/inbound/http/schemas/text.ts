import { z } from 'zod';
import { documentedAs } from './documented.ts';

// eslint-disable-next-line no-control-regex -- these are what it is about
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
// eslint-disable-next-line no-control-regex -- NUL is one of the two
const UNCLEAN = /[\p{Surrogate}\u0000]/u;
export const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** Half a surrogate pair is no character, and NUL ends a string in too many places: no store and no log has to cope with them. */
export const isCleanText = (text: string): boolean => !UNCLEAN.test(text);

/** What a person writes: 1 to `most` characters, no control characters but line breaks and tabs. */
export const plainText = (most: number, description: string) =>
  documentedAs(
    z
      .string()
      .trim()
      .min(1, { error: 'must not be empty' })
      .max(most, { error: `must be at most ${most} characters long` })
      .refine((text) => isCleanText(text) && !CONTROL.test(text), {
        error: 'must not hold control characters or half characters',
      }),
    { type: 'string', minLength: 1, maxLength: most, description },
  );

export const idempotencyKey = documentedAs(
  z
    .string()
    .max(255, { error: 'must be at most 255 characters long' })
    .regex(VISIBLE_ASCII, { error: 'must be 1 to 255 visible ASCII characters' }),
  {
    type: 'string',
    minLength: 1,
    maxLength: 255,
    pattern: VISIBLE_ASCII.source,
    description: 'Names this request: repeated with the same key it is done once.',
  },
);
