import type { IdGenerator } from '../../../../application/ports/clock.ts';

const FORM = /^[\x21-\x7e]{1,128}$/;

/** The caller's, so that its log and ours name the same thing, or else one of ours. */
export const requestIdFrom = (header: string | string[] | undefined, ids: IdGenerator): string =>
  typeof header === 'string' && FORM.test(header) ? header : ids.next();
