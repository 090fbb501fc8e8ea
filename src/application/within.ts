import type { Timers } from './ports/timers.ts';

/** What the promise gives, or `late` where that takes longer: who looks at the whole does not wait for a part that hangs. */
export async function within<Value, Late>(
  timers: Timers,
  limitMs: number,
  promise: Promise<Value>,
  late: () => Late,
): Promise<Value | Late> {
  let cancel = (): void => undefined;
  const tooLong = new Promise<Late>((resolve) => {
    cancel = timers.after(limitMs, () => {
      resolve(late());
    });
  });
  try {
    return await Promise.race([promise, tooLong]);
  } finally {
    cancel();
  }
}
