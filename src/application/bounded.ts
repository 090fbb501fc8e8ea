/** Runs at most `atOnce` jobs; `mostWaiting` more wait their turn, and beyond them it is busy. */
export function bounded(atOnce: number, mostWaiting: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <Result>(job: () => Promise<Result>): Promise<Result | 'busy'> => {
    if (running >= atOnce) {
      if (waiting.length >= mostWaiting) return 'busy';
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running++;
    }
    try {
      return await job();
    } finally {
      // The place is handed on, not given back: nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
