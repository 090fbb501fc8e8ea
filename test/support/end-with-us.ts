const endings = new Set<() => void>();
let listening = false;

/**
 * What must not outlive this process: done when it exits, and when a signal ends it, which runs no exit handlers.
 * @returns forgets it again
 */
export function endWithUs(end: () => void): () => void {
  endings.add(end);
  if (!listening) listen();
  return () => {
    endings.delete(end);
  };
}

function listen(): void {
  listening = true;
  const endAll = (): void => {
    for (const end of endings) end();
    endings.clear();
  };
  process.once('exit', endAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      endAll();
      process.kill(process.pid, signal); // nobody listens to it now: this process ends as it would have without us
    });
}
