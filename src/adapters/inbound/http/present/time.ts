import type { Millis } from '../../../../domain/primitives.ts';

/** ISO 8601 in UTC with milliseconds. */
export const iso = (at: Millis): string => new Date(at).toISOString();

export const isoOrNull = (at: Millis | null): string | null => (at === null ? null : iso(at));
