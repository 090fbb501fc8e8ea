import type { LeaseToken } from '../change-set.ts';

/** Mutual exclusion over processes, by the database's clock. Whoever loses one is fenced off by the token in its commits. */
export interface Leases {
  /** The token, or null when somebody else has it; it is then marked *wanted*. */
  acquire(name: string, ttlMs: number): Promise<LeaseToken | null>;
  /** False when it has passed on. */
  renew(token: LeaseToken, ttlMs: number): Promise<boolean>;
  /** Whether somebody wanted it meanwhile: whoever lets go looks once more. */
  release(token: LeaseToken): Promise<{ readonly wanted: boolean }>;
}
