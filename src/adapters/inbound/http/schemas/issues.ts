import type { z } from 'zod';
import type { FieldError } from '../problem.ts';

const MOST_ERRORS = 50;
const LONGEST_PATH = 200;

/** What a schema found wrong, field by field. An unknown field is named itself, not the object that holds it. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  const errors: FieldError[] = [];
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) errors.push({ path: pathText([...issue.path, key]), message: 'is not known here' });
    } else {
      errors.push({ path: pathText(issue.path), message: issue.message });
    }
  }
  return errors.slice(0, MOST_ERRORS);
}

/** `a.b[0].c` */
export function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? String(step) : `.${String(step)}`;
  }
  return text.length > LONGEST_PATH ? `${text.slice(0, LONGEST_PATH)}…` : text;
}
