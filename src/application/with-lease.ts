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
 * Runs under a lease that is renewed in the background. Losing it does no harm: every commit carries the token, and one that has passed on is
 * refused. `isLost` is for who would go on with it for ever, as after the machine slept.
 */
export async function withLease<Value>(
  leases: Leases,
  timers: Timers,
  name: string,
  run: (token: LeaseToken, isLost: () => boolean) => Promise<Value>,
): Promise<LeaseOutcome<Value>> {
  const token = await leases.acquire(name, LEASE_MS);
  if (token === null) return { kind: 'taken' };
  let lost = false;
  let cancel = timers.after(RENEW_MS, renew);
  function renew(): void {
    // A renewal that fails is tried again in time; if none succeeds, the lease ends and the fence holds.
    void leases.renew(token as LeaseToken, LEASE_MS).then(
      (renewed) => {
        lost ||= !renewed;
      },
      () => undefined,
    );
    cancel = timers.after(RENEW_MS, renew);
  }
  try {
    const value = await run(token, () => lost);
    cancel();
    return { kind: 'done', value, wanted: (await leases.release(token)).wanted };
  } catch (error) {
    cancel();
    await leases.release(token).catch(() => ({ wanted: false }));
    throw error;
  }
}
