import type { LeaseToken } from './change-set.ts';
import type { Leases } from './ports/leases.ts';
import type { Timers } from './ports/timers.ts';

export const LEASE_MS = 15_000;
const RENEW_MS = 5_000;

export type LeaseOutcome<Value> =
  | { readonly kind: 'done'; readonly value: Value; readonly wanted: boolean }
  /** Somebody else has it; it is marked wanted. */
  | { readonly kind: 'taken' };

/**
 * Runs under a lease that is renewed in the background. Losing it needs no signal: every commit carries the token, and one that has
 * passed on is refused.
 */
export async function withLease<Value>(
  leases: Leases,
  timers: Timers,
  name: string,
  run: (token: LeaseToken) => Promise<Value>,
): Promise<LeaseOutcome<Value>> {
  const token = await leases.acquire(name, LEASE_MS);
  if (token === null) return { kind: 'taken' };
  let cancel = timers.after(RENEW_MS, renew);
  function renew(): void {
    // A renewal that fails is tried again in time; if none succeeds, the lease ends and the fence holds.
    void leases.renew(token as LeaseToken, LEASE_MS).catch(() => false);
    cancel = timers.after(RENEW_MS, renew);
  }
  try {
    const value = await run(token);
    cancel();
    return { kind: 'done', value, wanted: (await leases.release(token)).wanted };
  } catch (error) {
    cancel();
    await leases.release(token).catch(() => ({ wanted: false }));
    throw error;
  }
}
