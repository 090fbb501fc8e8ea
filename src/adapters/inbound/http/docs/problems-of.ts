import { isRole } from '../auth/who.ts';
import { PROBLEMS, type ProblemCode } from '../problems.ts';
import type { Route } from '../route.ts';

/** What follows from who may call, what is sent, and what the route says itself. */
export function problemsOf({ path, who, body, query, part, problems = [] }: Route): ProblemCode[] {
  const codes = new Set<ProblemCode>(problems);
  if (body)
    for (const code of ['malformed_json', 'body_too_large', 'unsupported_media_type', 'invalid_field'] as const)
      codes.add(code);
  if (path.includes('{id}')) codes.add('not_found');
  if (query) codes.add('invalid_field');
  if (who !== 'anyone') for (const code of ['unauthenticated', 'rate_limited'] as const) codes.add(code);
  if (isRole(who)) codes.add('forbidden');
  if (part !== 'operations') codes.add('unavailable');
  return [...codes].sort((a, b) => PROBLEMS[a].status - PROBLEMS[b].status);
}
