import type { Millis } from '../../../../../domain/primitives.ts';

/**
 * `Retry-After` (RFC 9110, 10.2.3: seconds, or an HTTP date) as milliseconds from `now`; undefined if absent or unreadable.
 * Uncapped: how long an endpoint is believed is the domain's to say.
 */
export function retryAfterMs(header: string | undefined, now: Millis): number | undefined {
  const value = header?.trim() ?? '';
  // Some gateways send fractions, which the RFC does not know.
  if (/^\d{1,9}(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1_000);
  // `Date.parse` takes much that is no HTTP date ("12 apples"); all three forms of the RFC begin with a weekday.
  if (!/^[A-Z][a-z]+,? /.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
