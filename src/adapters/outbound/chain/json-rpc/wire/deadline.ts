/** When to stop waiting: `signal.reason` is an Error that says why. Call `dispose` in any case, or the timer keeps the process. */
export interface Deadline {
  readonly signal: AbortSignal;
  dispose(): void;
}

/** The end of the time, the caller's wish or the shutdown, whichever is first. */
export function deadline(timeoutMs: number, ...wishes: readonly (AbortSignal | undefined)[]): Deadline {
  const controller = new AbortController();
  const cut = (why: string): void => {
    controller.abort(new Error(why));
  };
  const cutByWish = (): void => {
    cut('cut off before an answer came');
  };
  const timer = setTimeout(cut, timeoutMs, `no answer within ${timeoutMs} ms`);
  // By hand, since AbortSignal.any() of a signal as old as the process leaks on Node 20.
  for (const wish of wishes) {
    if (wish?.aborted) cutByWish();
    else wish?.addEventListener('abort', cutByWish, { once: true });
  }
  return {
    signal: controller.signal,
    dispose: () => {
      clearTimeout(timer);
      for (const wish of wishes) wish?.removeEventListener('abort', cutByWish);
    },
  };
}
