/** Waits and safety nets: whatever starts work does so by a signal, never by waiting for a timer. */
export interface Timers {
  /** Runs once after the delay and never keeps the process alive. Returns what calls it off. */
  after(delayMs: number, run: () => void): () => void;
}
