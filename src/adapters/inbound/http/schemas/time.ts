import { z } from 'zod';
import { documentedAs } from './documented.ts';

export const VALID_UNTIL =
  'Not signed after this moment (ISO 8601 with an offset). It does not stop one that is signed already.';

/** ISO 8601 with an offset, so that nobody has to guess a zone; becomes milliseconds. */
export const time = documentedAs(
  z.iso
    .datetime({ offset: true, error: 'must be a time as ISO 8601 with an offset, such as 2030-01-31T12:00:00Z' })
    .transform((text) => Date.parse(text)),
  { type: 'string', format: 'date-time', description: 'ISO 8601 with an offset.', examples: ['2030-01-31T12:00:00Z'] },
);
