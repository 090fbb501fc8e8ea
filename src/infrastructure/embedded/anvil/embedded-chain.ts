import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../../application/ports/observability.ts';
import { writeAtomically } from '../write-atomically.ts';
import { chainState, type ChainState, type ExpectedChain } from './chain-state.ts';
import { answers, AnvilEnded, launchAnvil, type Launch } from './launch.ts';
import { Miner } from './miner.ts';
import { anvilsWith, gone, signal, type AnvilProcess } from './processes.ts';
import { addressOf } from './rpc.ts';
import { StateFile } from './state-file.ts';

/** Of the 10 s that a server has for its stop. A chain of a day takes about one to write down. */
const STOPPING_MS = 4000;
const KILLING_MS = 2000;

const STATE_FILE = 'anvil-state.json';
const RECORD_FILE = 'anvil.json';

/** What a chain of an earlier start left in the data folder. */
export const chainFiles = (folder: string): readonly string[] =>
  [STATE_FILE, RECORD_FILE].map((name) => join(folder, name)).filter((path) => existsSync(path));

export interface EmbeddedChainOptions {
  /** The data folder, held by this process. */
  readonly folder: string;
  readonly blockTimeMs: number;
  readonly log: Log;
  /** Called for each new block, so that a tracker need not wait for its timer. */
  readonly onBlock?: () => void;
  /** A stop while it still starts. */
  readonly stopping?: AbortSignal;
}

/** `found`: it still ran, its server was killed; `loaded`: from the state kept at the last stop; `new`: there was none. */
export type ChainOrigin = 'found' | 'loaded' | 'new';

interface Files extends Omit<Launch, 'preferredPort'> {
  /** For people, and for the port. */
  readonly record: string;
}

/** The chain of the embedded default: an Anvil that outlives its server, and a state that outlives the Anvil. */
export class EmbeddedChain {
  readonly #options: EmbeddedChainOptions;
  readonly #files: Files;
  #anvil: AnvilProcess;
  #miner: Miner;
  #origin: ChainOrigin;

  private constructor(options: EmbeddedChainOptions, files: Files, anvil: AnvilProcess, origin: ChainOrigin) {
    this.#options = options;
    this.#files = files;
    this.#anvil = anvil;
    this.#origin = origin;
    this.#miner = this.#mine();
  }

  static async start(options: EmbeddedChainOptions): Promise<EmbeddedChain> {
    const folder = realpathSync(options.folder);
    const files: Files = {
      folder,
      cacheFolder: join(folder, 'anvil-cache'),
      state: new StateFile(join(folder, STATE_FILE)),
      record: join(folder, RECORD_FILE),
      ...(options.stopping === undefined ? {} : { stopping: options.stopping }),
    };
    const found = await findRunning(files);
    if (found !== null) return new EmbeddedChain(options, files, found, 'found');
    files.state.adopt(); // of an Anvil that was stopped without its server
    const { anvil, origin } = await startStopped(files, options.log);
    return new EmbeddedChain(options, files, anvil, origin);
  }

  get url(): string {
    return addressOf(this.#anvil.port);
  }

  get origin(): ChainOrigin {
    return this.#origin;
  }

  /** Whether it is the chain that the database remembers. */
  compare(expected: ExpectedChain | null): Promise<ChainState> {
    return chainState(this.#anvil.port, expected);
  }

  /** Another chain from its first block on; the old one is gone. For a database that knows nothing of it either. */
  async beginAnew(): Promise<void> {
    await this.#miner.stop();
    await this.#kill();
    this.#files.state.discard();
    this.#anvil = await launch(this.#files);
    this.#origin = 'new';
    this.#miner = this.#mine();
  }

  /** No more blocks: what is sent stays in Anvil's pool. Called early in a stop, it lets the tracker come to the end of the chain. */
  async pause(): Promise<void> {
    await this.#miner.stop();
  }

  /** No process is left, and the chain's state is in the data folder. What waits in Anvil's pool is lost; the record sends it again. */
  async stop(): Promise<void> {
    const deadline = Date.now() + STOPPING_MS;
    const { log } = this.#options;
    const { cacheFolder, state } = this.#files;
    await this.#miner.stop();
    signal(this.#anvil.pid, 'SIGTERM');
    if (!(await gone(this.#anvil.pid, cacheFolder, deadline - Date.now()))) {
      await this.#kill();
      log.warn({ afterMs: STOPPING_MS }, "the embedded chain's state took too long to write and is lost");
    } else if (!state.adopt()) log.warn({}, 'the embedded chain had ended before, and its state is lost');
  }

  #mine(): Miner {
    const { blockTimeMs, log, onBlock = () => undefined } = this.#options;
    return new Miner({ port: this.#anvil.port, blockTimeMs, log, onBlock });
  }

  async #kill(): Promise<void> {
    signal(this.#anvil.pid, 'SIGKILL');
    await gone(this.#anvil.pid, this.#files.cacheFolder, KILLING_MS);
  }
}

/** One that does not answer is ended: the state that it may yet write is none that could be trusted. */
async function findRunning({ cacheFolder }: Files): Promise<AnvilProcess | null> {
  let found: AnvilProcess | null = null;
  for (const anvil of anvilsWith(cacheFolder)) {
    if (found === null && (await answers(anvil.port))) found = anvil;
    else {
      signal(anvil.pid, 'SIGKILL');
      await gone(anvil.pid, cacheFolder, KILLING_MS);
    }
  }
  return found;
}

async function startStopped(files: Files, log: Log): Promise<{ anvil: AnvilProcess; origin: ChainOrigin }> {
  if (!files.state.exists) return { anvil: await launch(files), origin: 'new' };
  try {
    return { anvil: await launch(files), origin: 'loaded' };
  } catch (error) {
    if (!(error instanceof AnvilEnded)) throw error;
    log.warn({ error }, "the embedded chain's state cannot be loaded; a new chain begins");
    files.state.discard();
    return { anvil: await launch(files), origin: 'new' };
  }
}

async function launch(files: Files): Promise<AnvilProcess> {
  const anvil = await launchAnvil({ ...files, preferredPort: lastPort(files.record) });
  const record = { url: addressOf(anvil.port), port: anvil.port, pid: anvil.pid };
  writeAtomically(files.record, `${JSON.stringify(record, null, 2)}\n`);
  return anvil;
}

function lastPort(record: string): number | null {
  try {
    const { port } = JSON.parse(readFileSync(record, 'utf8')) as { port?: unknown };
    return Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536 ? Number(port) : null;
  } catch {
    return null;
  }
}
