import { createLog } from '../../adapters/outbound/observability/pino-log.ts';
import type { Log } from '../../application/ports/observability.ts';
import type { Config } from '../config/config.ts';
import type { EmbeddedChain } from '../embedded/anvil/embedded-chain.ts';
import { AnvilSilent } from '../embedded/anvil/find-running.ts';
import { AnvilEnded } from '../embedded/anvil/launch.ts';
import { NoAnvil } from '../embedded/anvil/native-binary.ts';
import { DataFolderInUse, DataFolderUnusable, openDataFolder } from '../embedded/data-folder.ts';
import { refuseHalfRestored } from '../backup/staged-restore.ts';
import { isSealed } from '../embedded/is-sealed.ts';
import { loadSecrets, SecretsUnreadable, type LoadedSecrets } from '../embedded/secrets.ts';
import { StartRefused } from './start-refused.ts';
import type { Opened } from './opened.ts';
import { DatabaseUnusable, openDatabase, type OpenDatabase } from './open-database.ts';
import { startEmbeddedChain } from './start-embedded-chain.ts';
import { warnOfLoss } from './warn-of-loss.ts';

export interface Resources {
  readonly log: Log;
  readonly secrets: LoadedSecrets;
  readonly database: OpenDatabase;
  readonly rpcUrl: string;
  /** Null where the chain is another's. */
  readonly embeddedChain: Pick<EmbeddedChain, 'pause' | 'lives' | 'ended'> | null;
}

/** What this process holds while it runs: the data folder, the database, and the embedded chain. */
export async function openResources(
  config: Config,
  opened: Opened,
  stopping: AbortSignal,
  onBlock: () => void,
): Promise<Resources> {
  return refusing(async () => {
    const folder = openDataFolder(config.dataDir);
    opened.add(() => {
      folder.release();
    });
    refuseHalfRestored(config);
    const sealed = isSealed(config.database);
    const secrets = loadSecrets(folder.path, config.secrets, sealed);
    const log = await createLog({ level: config.logLevel, secrets: secretTexts(secrets) });
    if (!sealed) warnOfLoss(config, secrets, log);
    const { node } = config.chain;
    const chain =
      node.kind === 'embedded'
        ? await startEmbeddedChain({ config, blockTimeMs: node.blockTimeMs, log, onBlock, stopping })
        : null;
    if (chain !== null) opened.add(() => chain.stop());
    stopping.throwIfAborted();
    const database = await openDatabase(config);
    opened.add(() => database.knex.destroy());
    return {
      log,
      secrets,
      database,
      rpcUrl: node.kind === 'rpc' ? firstOf(node.urls, log) : (chain?.url ?? ''),
      embeddedChain: chain,
    };
  });
}

/** One endpoint is used as yet; the others are said to be idle rather than silently ignored. */
function firstOf(urls: readonly string[], log: Log): string {
  if (urls.length > 1)
    log.warn(
      { endpoints: urls.length },
      'this release uses the first of RPC_URLS; the others are for failover, which comes later',
    );
  return urls[0] as string;
}

const secretTexts = ({ secrets }: LoadedSecrets): readonly string[] => [
  ...secrets.apiKeys.map((key) => key.secret),
  secrets.adminPassword,
  Buffer.from(secrets.internalSecret).toString('base64'),
  Buffer.from(secrets.fieldEncryptionKey).toString('base64'),
];

/** What a person can mend is told as it is, without a stack. */
async function refusing<Value>(open: () => Promise<Value>): Promise<Value> {
  try {
    return await open();
  } catch (error) {
    const expected = [
      DataFolderInUse,
      DataFolderUnusable,
      SecretsUnreadable,
      DatabaseUnusable,
      NoAnvil,
      AnvilEnded,
      AnvilSilent,
    ];
    if (error instanceof Error && expected.some((kind) => error instanceof kind))
      throw new StartRefused(error.message, { cause: error });
    throw error;
  }
}
