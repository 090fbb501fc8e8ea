import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../../application/ports/observability.ts';
import type { BlockHash, BlockRef } from '../../../domain/primitives.ts';
import { asideSuffix } from '../move-aside.ts';
import { blockHash, chainState, type ChainOrigin, type ChainState } from './chain-state.ts';
import { setClock } from './clock.ts';
import { findRunning } from './find-running.ts';
import { answers, AnvilEnded, launchAnvil, type Launch } from './launch.ts';
import { Miner } from './miner.ts';
import { gone, lives, signal, type AnvilProcess } from './processes.ts';
import { readRecord, writeRecord } from './record.ts';
import { addressOf } from './rpc.ts';
import { StateFile } from './state-file.ts';

/** Of the 10 s that a server has for its stop. A chain of a day takes about one to write down. */
const STOPPING_MS = 4000;
const KILLING_MS = 2000;
const LOOK_MS = 1000;

const STATE_FILE = 'anvil-state.json';
const RECORD_FILE = 'anvil.json';

/** What a chain of an earlier start left in the data folder. */
export const chainFiles = (folder: string): readonly string[] =>
  [STATE_FILE, RECORD_FILE].map((name) => join(folder, name)).filter((path) => existsSync(path));

/** Where the Anvil of a running server answers, by what its data folder says; null: it says nothing. */
export function recordedUrl(folder: string): string | null {
  const { port } = readRecord(join(folder, RECORD_FILE));
  return port === null ? null : addressOf(port);
}

export interface EmbeddedChainOptions {
  /** The data folder, held by this process. */
  readonly folder: string;
  readonly blockTimeMs: number;
  readonly log: Log;
  /** Called for each new block, so that a tracker need not wait for its timer. */
  readonly onBlock?: () => void;
  /** A stop while it still starts. */
  readonly stopping?: AbortSignal;
  /** How long an Anvil that still runs may take to answer. */
  readonly patienceMs?: number;
}

interface Files extends Omit<Launch, 'preferredPort'> {
  readonly record: string;
  /** How the name ends of what this start keeps. */
  readonly aside: string;
}

interface Started {
  readonly anvil: AnvilProcess;
  readonly origin: ChainOrigin;
  /** Where a state is kept that could not be used. */
  readonly kept: string | null;
}

/** The chain of the embedded default: an Anvil that outlives its server, and a state that outlives the Anvil. */
export class EmbeddedChain {
  readonly #options: EmbeddedChainOptions;
  readonly #files: Files;
  #anvil: AnvilProcess;
  #miner: Miner;
  #origin: ChainOrigin;
  #kept: string | null;
  readonly #looking: NodeJS.Timeout;
  readonly #ended = new AbortController();
  /** It ends, or another takes its place, because we say so. */
  #leaving = false;
  readonly #isLeft = (): boolean => this.#leaving || this.#ended.signal.aborted;

  private constructor(options: EmbeddedChainOptions, files: Files, { anvil, origin, kept }: Started) {
    this.#options = options;
    this.#files = files;
    this.#anvil = anvil;
    this.#origin = origin;
    this.#kept = kept;
    this.#miner = this.#mine();
    this.#looking = setInterval(() => void this.#look(), LOOK_MS).unref();
  }

  static async start(options: EmbeddedChainOptions): Promise<EmbeddedChain> {
    const folder = realpathSync(options.folder);
    const files: Files = {
      folder,
      cacheFolder: join(folder, 'anvil-cache'),
      state: new StateFile(join(folder, STATE_FILE)),
      record: join(folder, RECORD_FILE),
      aside: asideSuffix(new Date()),
      ...(options.stopping === undefined ? {} : { stopping: options.stopping }),
    };
    const found = await findAgain(files, options);
    if (found !== null) return new EmbeddedChain(options, files, { anvil: found, origin: 'found', kept: null });
    files.state.adopt(); // of an Anvil that was stopped without its server
    return new EmbeddedChain(options, files, await startStopped(files, options.log));
  }

  get url(): string {
    return addressOf(this.#anvil.port);
  }

  get origin(): ChainOrigin {
    return this.#origin;
  }

  /** Aborted once it is seen to have ended by itself. It cannot come back: what it did not write down it took with it. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Asked of the system, now. */
  lives(): boolean {
    return lives(this.#anvil.pid, this.#files.cacheFolder);
  }

  /** How the names end of what this start keeps. */
  get aside(): string {
    return this.#files.aside;
  }

  /** Where the state is kept of a chain that this one has taken the place of. */
  get kept(): string | null {
    return this.#kept;
  }

  /** Whether it is the chain that the database has read up to its cursor. */
  compare(cursor: BlockRef | null): Promise<ChainState> {
    return chainState(this.#anvil.port, this.#origin, cursor);
  }

  /** The hash of its first block. */
  async genesisHash(): Promise<BlockHash> {
    return (await blockHash(this.#anvil.port, 0)) as BlockHash;
  }

  /** Another chain from its first block on, for a database that knows nothing of this one; the state of this one is kept. */
  async beginAnew(): Promise<void> {
    this.#leaving = true;
    await this.#miner.stop();
    if (this.#origin === 'found') await this.#writeDown();
    else await this.#kill();
    this.#kept = this.#files.state.moveAside(this.#files.aside);
    this.#anvil = await launch(this.#files);
    this.#origin = 'new';
    this.#miner = this.#mine();
    this.#leaving = false;
  }

  /** No more blocks: what is sent stays in Anvil's pool. Called early in a stop, it lets the tracker come to the end of the chain. */
  async pause(): Promise<void> {
    this.#leaving = true;
    await this.#miner.stop();
  }

  /**
   * The chain's state is in the data folder and no process is left, or one that still writes it, as the log says then. What waits in Anvil's
   * pool is lost; the record sends it again.
   */
  async stop(): Promise<void> {
    const deadline = Date.now() + STOPPING_MS;
    const { log } = this.#options;
    this.#leaving = true;
    clearInterval(this.#looking);
    await this.#miner.stop();
    const { pid } = this.#anvil;
    if (!(await this.#end(deadline - Date.now())))
      log.warn(
        { pid, afterMs: STOPPING_MS },
        "the embedded chain's state is still being written; the next start waits for it",
      );
    else if (!this.#files.state.adopt()) log.warn({}, 'the embedded chain had ended before, and its state is lost');
  }

  /** Whether Anvil has written its state and ended within the time. It is never killed over it: nothing else holds the chain. */
  async #end(withinMs: number): Promise<boolean> {
    const { cacheFolder, record } = this.#files;
    writeRecord(record, this.#anvil, true);
    if (this.lives()) signal(this.#anvil.pid, 'SIGTERM');
    return gone(this.#anvil.pid, cacheFolder, withinMs);
  }

  /** The state of an Anvil that is not to go on. */
  async #writeDown(): Promise<void> {
    await this.#end(0);
    await findRunning({ ...this.#files, ending: this.#anvil.pid, log: this.#options.log });
    this.#files.state.adopt();
  }

  /** The server ends over it, so the node is asked as well as the system. */
  async #look(): Promise<void> {
    const { pid, port } = this.#anvil;
    if (this.#isLeft() || this.lives() || (await answers(port)) || this.#isLeft()) return;
    clearInterval(this.#looking);
    this.#options.log.error(
      { pid },
      'the embedded chain has ended by itself, and the server stops; the next start goes on with the state that was written, else begins a new chain with a new database',
    );
    this.#ended.abort();
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

/** One that was launched but whose launch was cut off has another time of day yet. */
async function findAgain(files: Files, { log, patienceMs }: EmbeddedChainOptions): Promise<AnvilProcess | null> {
  const record = readRecord(files.record);
  const ending = record.ending ? record.pid : null;
  const found = await findRunning({ ...files, ending, log, ...(patienceMs === undefined ? {} : { patienceMs }) });
  if (found === null || found.pid === record.pid) return found;
  await setClock(found.port);
  writeRecord(files.record, found, false);
  return found;
}

async function startStopped(files: Files, log: Log): Promise<Started> {
  if (!files.state.exists) return { anvil: await launch(files), origin: 'new', kept: null };
  try {
    return { anvil: await launch(files), origin: 'loaded', kept: null };
  } catch (error) {
    // One that was killed or took too long says nothing about the state.
    if (!(error instanceof AnvilEnded) || error.code === null) throw error;
    const kept = files.state.moveAside(files.aside);
    log.warn({ error, kept }, "the embedded chain's state cannot be loaded and is kept; a new chain begins");
    return { anvil: await launch(files), origin: 'new', kept };
  }
}

async function launch(files: Files): Promise<AnvilProcess> {
  const anvil = await launchAnvil({ ...files, preferredPort: readRecord(files.record).port });
  writeRecord(files.record, anvil, false);
  return anvil;
}
