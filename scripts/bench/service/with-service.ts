import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithUs } from '../../../test/support/end-with-us.ts';
import { startServerProcess, type ServerProcess } from '../../../test/support/server-process.ts';

export interface BenchService {
  /** Path of a built server.js. */
  readonly entry: string;
  readonly rpcUrl: string;
  readonly signers: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArguments?: readonly string[];
  /** Puts into the folder what is to be there before the start. */
  readonly prepare?: (dataDir: string) => void;
  /** Takes from the folder what is to be kept, after a stop. */
  readonly onStopped?: (dataDir: string) => void;
  /** Left out: until it is ready. Without the tracker it never is: nobody sets its cursor. */
  readonly until?: 'listening';
  readonly verbose: boolean;
}

/** Our service on a folder of its own, stopped after `work` and its folder removed. @throws Error where it does not end well */
export async function withService<Result>(
  { entry, rpcUrl, signers, env = {}, nodeArguments = [], prepare, onStopped, until, verbose }: BenchService,
  work: (server: ServerProcess, dataDir: string) => Promise<Result>,
): Promise<Result> {
  const dataDir = mkdtempSync(join(tmpdir(), 'broadcaster-bench-'));
  const remove = (): void => {
    rmSync(dataDir, { recursive: true, force: true });
  };
  const forget = endWithUs(remove);
  let server: ServerProcess | null = null;
  try {
    prepare?.(dataDir);
    const settings = { SIGNERS: devSigners(signers), CONFIRMATIONS: '2', LOG_LEVEL: 'warn', ...env };
    const waiting = until === undefined ? {} : { until };
    server = await startServerProcess({ entry, dataDir, rpcUrl, env: settings, nodeArguments, verbose, ...waiting });
    const result = await work(server, dataDir);
    const code = await server.stop();
    if (code !== 0 && code !== null)
      throw new Error(`the server ended with ${code}:\n${server.output().slice(-3_000)}`);
    onStopped?.(dataDir);
    return result;
  } catch (error) {
    await server?.kill();
    throw error;
  } finally {
    remove();
    forget();
  }
}

const devSigners = (count: number): string => Array.from({ length: count }, (_, i) => `dev:${i}`).join();
