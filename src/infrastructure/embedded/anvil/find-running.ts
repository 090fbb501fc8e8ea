import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../../application/ports/observability.ts';
import { answers } from './launch.ts';
import { anvilsWith, gone, signal, type AnvilProcess } from './processes.ts';

const PATIENCE_MS = 60_000;
/** After it a person is told what the start waits for. */
const QUICK_MS = 2000;
const SLOW_MS = 10_000;
const POLL_MS = 50;
const KILLING_MS = 2000;

/** An Anvil lives and does not answer, and it holds a chain that would be lost with it: whether to give that up is for a person to say. */
export class AnvilSilent extends Error {
  override readonly name = 'AnvilSilent';
  constructor(folder: string, pids: readonly number[], afterMs: number) {
    const [pid, which] = [pids.join(' '), pids.length === 1 ? 'process' : 'processes'];
    super(
      `The embedded chain of the data folder ${folder} is held by an Anvil of an earlier start (${which} ${pid}), which lives but has not ` +
        `answered within ${afterMs / 1000} s. It was left alone: what has happened on the chain since the last stop is in that process only. ` +
        `Is it stopped (kill -CONT ${pid}), or the machine too busy? Start again once it answers, or once it has ended by kill -TERM ${pid}, ` +
        `which keeps the chain. kill -KILL ${pid} gives the chain up: the next start then begins a new one with a new database and keeps the old files.`,
    );
  }
}

export interface Search {
  /** The data folder. */
  readonly folder: string;
  readonly cacheFolder: string;
  /** One that was told to end, and is not asked therefore. */
  readonly ending: number | null;
  readonly log: Log;
  readonly stopping?: AbortSignal;
  readonly patienceMs?: number;
}

/**
 * The Anvil that an earlier server left, as soon as it answers; null where there is none, or it has ended meanwhile and what state it wrote
 * is there.
 * @throws {AnvilSilent}, or an `AbortError` where the process is to stop meanwhile
 */
export async function findRunning(search: Search): Promise<AnvilProcess | null> {
  const { folder, cacheFolder, ending, log, stopping, patienceMs = PATIENCE_MS } = search;
  const deadline = Date.now() + patienceMs;
  // Told again: a server may have been killed between its note of it and the telling. A second time changes nothing.
  if (ending !== null && anvilsWith(cacheFolder).some(({ pid }) => pid === ending)) signal(ending, 'SIGTERM');
  for (let quiet = true; ;) {
    const running = anvilsWith(cacheFolder);
    if (running.length === 0) return null;
    const left = deadline - Date.now();
    const timeoutMs = Math.max(1, Math.min(left, quiet ? QUICK_MS : SLOW_MS));
    const asked = running.filter(({ pid }) => pid !== ending);
    const answering = await firstToAnswer(asked, timeoutMs, stopping);
    stopping?.throwIfAborted();
    if (answering !== null) {
      await killAll(
        running.filter((anvil) => anvil !== answering),
        cacheFolder,
        log,
      );
      return answering;
    }
    const pids = running.map(({ pid }) => pid);
    if (Date.now() >= deadline) throw new AnvilSilent(folder, pids, patienceMs);
    if (quiet && anvilsWith(cacheFolder).length > 0 && asked.length > 0)
      log.warn({ pids }, 'the embedded chain still runs and does not answer yet; the start waits for it');
    quiet &&= asked.length === 0;
    await delay(POLL_MS, undefined, { signal: stopping });
  }
}

async function firstToAnswer(
  anvils: readonly AnvilProcess[],
  timeoutMs: number,
  stopping?: AbortSignal,
): Promise<AnvilProcess | null> {
  const ask = async (anvil: AnvilProcess): Promise<AnvilProcess> => {
    if (await answers(anvil.port, timeoutMs, stopping)) return anvil;
    throw new Error('no answer');
  };
  return Promise.any(anvils.map(ask)).catch(() => null);
}

/**
 * Beside one that answers. A server launches another only in the place of one that it has given up, so these were given up and are late;
 * one that went on could write its state over that of the one in use.
 */
async function killAll(anvils: readonly AnvilProcess[], cacheFolder: string, log: Log): Promise<void> {
  for (const { pid } of anvils) {
    log.warn({ pid }, 'a second Anvil ran on the data folder beside the one in use; it was ended');
    signal(pid, 'SIGKILL');
    await gone(pid, cacheFolder, KILLING_MS);
  }
}
