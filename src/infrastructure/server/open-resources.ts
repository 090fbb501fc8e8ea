import type { Config } from '../config/config.ts';
import { DataFolderInUse, DataFolderUnusable, openDataFolder } from '../embedded/data-folder.ts';
import { loadSecrets, SecretsUnreadable, type LoadedSecrets } from '../embedded/secrets.ts';
import { openDatabase, type OpenDatabase } from './open-database.ts';
import { StartRefused } from './start-refused.ts';

export interface Resources {
  readonly secrets: LoadedSecrets;
  readonly database: OpenDatabase;
  readonly rpcUrl: string;
  close(): Promise<void>;
}

/** What this process holds while it runs: the data folder, the database, and the embedded chain. */
export async function openResources(config: Config): Promise<Resources> {
  const folder = refusing(() => openDataFolder(config.dataDir));
  try {
    const secrets = refusing(() => loadSecrets(folder.path, config.secrets));
    const { node } = config.chain;
    const rpcUrl = node.kind === 'rpc' ? (node.urls[0] as string) : '';
    const database = await openDatabase(config.database);
    return {
      secrets,
      database,
      rpcUrl,
      close: async () => {
        await database.knex.destroy();
        folder.release();
      },
    };
  } catch (error) {
    folder.release();
    throw error;
  }
}

/** What a person can mend is told as it is, without a stack. */
function refusing<Value>(open: () => Value): Value {
  try {
    return open();
  } catch (error) {
    if (error instanceof DataFolderInUse || error instanceof DataFolderUnusable || error instanceof SecretsUnreadable) {
      throw new StartRefused(error.message, { cause: error });
    }
    throw error;
  }
}
