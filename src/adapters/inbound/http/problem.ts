import type { Current } from '../../../application/use-cases/inbound.ts';
import type { Answer } from './answer.ts';
import { PROBLEMS, type ProblemCode } from './problems.ts';

/** A field that is wrong. `path` is `a.b[0]`, a query parameter's or a header's name; '' is the whole body. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

export interface ProblemExtras {
  readonly detail?: string;
  /** On every 422. */
  readonly errors?: readonly FieldError[];
  /** On `illegal_transition` and `version_conflict`. */
  readonly current?: Current;
  /** On `count_changed`: how many were found. */
  readonly count?: number;
  /** On `not_ready`. */
  readonly parts?: readonly unknown[];
}

/** The body of a problem (RFC 9457), as it also stands in the place of a batch's bad item. */
export interface Problem extends ProblemExtras {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
}

export function problem(code: ProblemCode, extras: ProblemExtras = {}): Problem {
  const { status, title, meaning } = PROBLEMS[code];
  return { type: `/docs#${code}`, title, status, code, ...extras, detail: extras.detail ?? meaning };
}

const NO_HEADERS = {};

export function problemAnswer(
  code: ProblemCode,
  extras: ProblemExtras = {},
  headers: Answer['headers'] = NO_HEADERS,
): Answer {
  const body = problem(code, extras);
  return {
    status: body.status,
    headers: { 'Content-Type': 'application/problem+json; charset=utf-8', ...headers },
    text: JSON.stringify(body),
  };
}

/** 404. Operators see every client's, so for them no other client is the reason. */
export const notFound = (audience: 'client' | 'admin'): Answer =>
  problemAnswer(
    'not_found',
    audience === 'admin' ? { detail: 'There is nothing at this address: no such call, or no such id.' } : {},
  );

/** 422; what is wrong is named field by field. */
export const invalid = (errors: readonly FieldError[]): Answer =>
  problemAnswer('invalid_field', { detail: summary(errors), errors });

/** One sentence for a log or a terminal: the first field that is wrong, and how many more there are. */
export function summary(errors: readonly FieldError[]): string {
  const [first] = errors;
  if (!first) return PROBLEMS.invalid_field.meaning;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `${first.path === '' ? 'The body' : first.path}: ${first.message}${more}`;
}

/** 401 with the scheme that would be right (RFC 9110, 11.6.1; RFC 6750, 3). */
export const unauthenticated = (challenge: string, detail: string): Answer =>
  problemAnswer('unauthenticated', { detail }, { 'WWW-Authenticate': challenge });

/** 429 or 503 with `Retry-After` in whole seconds, at least one. */
export const later = (
  code: 'rate_limited' | 'unavailable' | 'not_ready',
  retryAfterMs: number,
  extras: ProblemExtras = {},
): Answer => problemAnswer(code, extras, { 'Retry-After': Math.max(1, Math.ceil(retryAfterMs / 1000)) });
