import type { AttemptKind, AttemptOutcome } from '../../../../domain/transaction/attempt.ts';

/** The domain's unions as lists; the compiler says so where one of them grows. */
export const ATTEMPT_KINDS_SHOWN = Object.keys({
  original: true,
  replacement: true,
  cancel: true,
  fill: true,
} satisfies Record<AttemptKind, true>) as readonly AttemptKind[];

export const ATTEMPT_OUTCOMES_SHOWN = Object.keys({
  live: true,
  confirmed: true,
  reverted: true,
  superseded: true,
  lost: true,
} satisfies Record<AttemptOutcome, true>) as readonly AttemptOutcome[];
