import type { z } from 'zod';

const WANTED: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/**
 * What is wrong with a field, and what is wanted, where its schema does not say so in words of its own. Given to each parse: a schema's
 * own words go before it, the library's come after.
 */
export const sentences: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = WANTED[issue.expected] ?? issue.expected;
      return issue.input === undefined
        ? `is missing: must be ${wanted}`
        : `must be ${wanted}, not ${given(issue.input)}`;
    }
    case 'too_small':
      if (issue.origin !== 'string') return `must be at least ${issue.minimum}`;
      return issue.minimum === 1 ? 'must not be empty' : `must be at least ${issue.minimum} characters long`;
    case 'too_big':
      return issue.origin === 'string'
        ? `must be at most ${issue.maximum} characters long`
        : `must be at most ${issue.maximum}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'invalid_format':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
      return 'has none of the forms that it may have: see /docs';
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
    case 'custom':
      return undefined; // told field by field, or in words of its own
  }
};

/** Its kind alone: an error must not repeat what was sent. */
function given(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'a list';
  return WANTED[typeof input] ?? typeof input;
}
