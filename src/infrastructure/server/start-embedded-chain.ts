import type { Log } from '../../application/ports/observability.ts';
import type { BlockHash } from '../../domain/primitives.ts';
import type { Config } from '../config/config.ts';
import type { ExpectedChain } from '../embedded/anvil/chain-state.ts';
import { EmbeddedChain } from '../embedded/anvil/embedded-chain.ts';
import { moveDatabaseAside } from '../embedded/move-database-aside.ts';
import { openDatabase } from './open-database.ts';

export interface EmbeddedChainStart {
  readonly config: Config;
  readonly blockTimeMs: number;
  readonly log: Log;
  readonly onBlock: () => void;
  readonly stopping: AbortSignal;
}

/**
 * The chain that goes on with the database. Where its state is lost or older than the record (a power cut), nothing on it can be trusted to
 * agree: a new chain begins with a new database, and the old file is kept beside it. Only a development chain is treated so.
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
  const state = await chain.compare(await rememberedChain(config));
  if (state === 'continues') return chain;
  const kept = moveDatabaseAside(database.path, new Date());
  log.warn(
    { kept },
    `the embedded chain's state ${state === 'fresh' ? 'is lost' : 'is older than the database'}: a new chain begins with a new database, and the old file is kept`,
  );
  await chain.beginAnew();
  return chain;
}

/** Opened for a look and closed again, since it may have to be moved. */
async function rememberedChain(config: Config): Promise<ExpectedChain | null> {
  const { knex } = await openDatabase(config);
  try {
    const row = await knex('chains').first<
      { genesis_hash: BlockHash; cursor_number: number | null; cursor_hash: BlockHash | null } | undefined
    >();
    if (row === undefined) return null;
    const cursor =
      row.cursor_number === null || row.cursor_hash === null
        ? null
        : { number: row.cursor_number, hash: row.cursor_hash };
    return { genesisHash: row.genesis_hash, cursor };
  } finally {
    await knex.destroy();
  }
}
