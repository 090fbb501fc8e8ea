import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import product from '../../../package.json' with { type: 'json' };
import { ForeignKeysError } from '../../adapters/outbound/crypto/field-cipher-error.ts';
import { describeProblems } from '../config/problem.ts';
import { readConfig } from '../config/read-config.ts';
import { startServer, type RunningServer } from '../server/start-server.ts';
import { StartRefused } from '../server/start-refused.ts';

/** A stop that hangs must not hang for ever: the supervisor would kill it anyway, and the record stands that. */
const STOP_MS = 9_500;

async function main(): Promise<void> {
  const read = readConfig(process.env);
  if (!read.ok) throw new StartRefused(describeProblems(read.problems));
  const stopping = new AbortController();
  let running: RunningServer | null = null;
  const stop = (): void => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    setTimeout(() => process.exit(1), STOP_MS).unref();
    if (running !== null) void finish(running);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  running = await startServer({
    config: read.config,
    version: product.version,
    staticFolder: fileURLToPath(new URL('./static/', import.meta.url)),
    stopping: stopping.signal,
  });
  if (stopping.signal.aborted) await finish(running);
}

async function finish(server: RunningServer): Promise<void> {
  try {
    await server.stop();
    process.exit(0);
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): never {
  const told = error instanceof StartRefused || error instanceof ForeignKeysError;
  process.stderr.write(`${told ? error.message : inspect(error)}\n`);
  process.exit(1);
}

try {
  await main();
} catch (error) {
  if (error instanceof Error && error.name === 'AbortError') process.exit(0); // stopped while it was still starting
  fail(error);
}
