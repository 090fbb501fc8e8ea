import type { Knex } from 'knex';
import type { Log } from '../../application/ports/observability.ts';
import type { BlockHash, BlockRef } from '../../domain/primitives.ts';
import type { Config } from '../config/config.ts';
import { EmbeddedChain } from '../embedded/anvil/embedded-chain.ts';
import { EMBEDDED_CHAIN_ID } from '../embedded/anvil/launch.ts';
import { moveDatabaseAside } from '../embedded/move-aside.ts';
import { openDatabase } from './open-database.ts';
import { StartRefused } from './start-refused.ts';

export interface EmbeddedChainStart {
  readonly config: Config;
  readonly blockTimeMs: number;
  readonly log: Log;
  readonly onBlock: () => void;
  readonly stopping: AbortSignal;
}

/**
 * The chain that goes on with the database. Where its state is lost or older than the record (a power cut), nothing on it can be trusted to
 * agree: a new chain begins with a new database, and what there was is kept beside it. Only a development chain is treated so.
 */
export async function startEmbeddedChain({
  config,
  blockTimeMs,
  log,
  onBlock,
  stopping,
}: EmbeddedChainStart): Promise<EmbeddedChain> {
  const chain = await EmbeddedChain.start({ folder: config.dataDir, blockTimeMs, log, onBlock, stopping });
  try {
    return await fitting(chain, config, log);
  } catch (error) {
    await chain.stop();
    throw error;
  }
}

async function fitting(chain: EmbeddedChain, config: Config, log: Log): Promise<EmbeddedChain> {
  const { database } = config;
  // Nothing remembers a chain, so any will do.
  if (database.kind === 'memory') return chain;
  const remembered = await rememberedChain(config);
  const state = await chain.compare(remembered?.cursor ?? null);
  if (state === 'continues') {
    if (remembered !== null) await agreeOnGenesis(config, remembered, await chain.genesisHash());
    return chain;
  }
  // The database last: a start that was cut off between them finds by it that the chain was given up.
  if (state === 'behind') await chain.beginAnew();
  const kept = [moveDatabaseAside(database.path, chain.aside), chain.kept];
  log.warn(
    { kept: kept.filter((path) => path !== null) },
    `the embedded chain's state ${state === 'fresh' ? 'is lost' : 'is older than the database'}: a new chain begins with a new database, and the old files are kept`,
  );
  return chain;
}

/** What the database remembers of the chain. */
interface Remembered {
  readonly genesisHash: BlockHash;
  readonly cursor: BlockRef | null;
}

/** @throws {StartRefused} it remembers a chain that is no embedded one: it must not be moved, nor go on with this one */
async function rememberedChain(config: Config): Promise<Remembered | null> {
  return withDatabase(config, async (knex) => {
    const row = await knex('chains').first<
      | { chain_id: number; genesis_hash: BlockHash; cursor_number: number | null; cursor_hash: BlockHash | null }
      | undefined
    >();
    if (row === undefined) return null;
    if (row.chain_id !== EMBEDDED_CHAIN_ID) throw new StartRefused(ofAnotherChain(config, row.chain_id));
    const cursor =
      row.cursor_number === null || row.cursor_hash === null
        ? null
        : { number: row.cursor_number, hash: row.cursor_hash };
    return { genesisHash: row.genesis_hash, cursor };
  });
}

const ofAnotherChain = ({ database, dataDir }: Config, chainId: number): string =>
  `The database ${database.kind === 'memory' ? 'in memory' : database.path} belongs to chain ${chainId}, and the embedded chain is ` +
  `${EMBEDDED_CHAIN_ID}. Name a node of chain ${chainId} in RPC_URLS, or give the embedded chain a DATA_DIR of its own instead of ${dataDir}.`;

/**
 * Where another release's Anvil made the chain's first block otherwise, Anvil may show that of its own instead. The chain is the same, as
 * its block at the cursor says, so the record takes the block that is shown.
 */
async function agreeOnGenesis(config: Config, { genesisHash }: Remembered, shown: BlockHash): Promise<void> {
  if (genesisHash === shown) return;
  await withDatabase(config, (knex) =>
    knex('chains').where({ chain_id: EMBEDDED_CHAIN_ID }).update({ genesis_hash: shown }),
  );
}

/** Opened and closed again, since it may have to be moved. */
async function withDatabase<Result>(config: Config, work: (knex: Knex) => PromiseLike<Result>): Promise<Result> {
  const { knex } = await openDatabase(config);
  try {
    return await work(knex);
  } finally {
    await knex.destroy();
  }
}
