import { inspect } from 'node:util';
import product from '../../../package.json' with { type: 'json' };
import { describeProblems } from '../config/problem.ts';
import { readConfig } from '../config/read-config.ts';
import { startServer, type StartOptions } from './start-server.ts';
import { StartRefused } from './start-refused.ts';

/** A stop that hangs must not hang for ever: the supervisor would kill it anyway, and the record stands that. */
const STOP_MS = 9_500;

/** The process from its settings to its exit code: 0 where `stopping` ended it, while it still started too; 1 where it could not start or go on. */
export async function runServer({ staticFolder, stopping }: Pick<StartOptions, 'staticFolder' | 'stopping'>) {
  const startTimer = (): void => void setTimeout(() => process.exit(1), STOP_MS).unref();
  stopping.addEventListener('abort', startTimer, { once: true });
  try {
    const read = readConfig(process.env);
    if (!read.ok) throw new StartRefused(describeProblems(read.problems));
    const server = await startServer({ config: read.config, version: product.version, staticFolder, stopping });
    await Promise.race([aborted(stopping), aborted(server.failed)]);
    if (!stopping.aborted) startTimer();
    await server.stop();
    process.exit(stopping.aborted ? 0 : 1);
  } catch (error) {
    if (stopping.aborted && error instanceof Error && error.name === 'AbortError') process.exit(0);
    const told = error instanceof StartRefused;
    process.stderr.write(`${told ? error.message : inspect(error)}\n`);
    process.exit(1);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
