import { existsSync } from 'node:fs';
import { ForeignKeysError } from '../../adapters/outbound/crypto/field-cipher-error.ts';
import { LocalFieldCipher } from '../../adapters/outbound/crypto/local-field-cipher.ts';
import { SqlDataKeys } from '../../adapters/outbound/sql/data-keys.ts';
import { sqlite } from '../../adapters/outbound/sql/dialect/sqlite.ts';
import { schemaIsCurrent } from '../../adapters/outbound/sql/migrate.ts';
import { openSqlite } from '../../adapters/outbound/sql/open-sqlite.ts';
import { systemClock } from '../../adapters/outbound/system/system-clock.ts';
import type { Config } from '../config/config.ts';
import { isSealed } from '../embedded/is-sealed.ts';
import { loadSecrets } from '../embedded/secrets.ts';
import type { OpenDatabase } from '../server/open-database.ts';
import { StartRefused } from '../server/start-refused.ts';
import { actorOfProcess } from './actor.ts';
import type { AdminContext, WrappingKeys } from './context.ts';
import type { Terminal } from './terminal.ts';

/** A command's surroundings; `close` ends what it opened. */
export function openContext(
  config: Config,
  terminal: Terminal,
): { readonly context: AdminContext; readonly close: () => Promise<void> } {
  let opened: Promise<OpenDatabase> | null = null;
  let cipher: Promise<LocalFieldCipher> | null = null;
  const database = (): Promise<OpenDatabase> => (opened ??= openDatabase(config));
  const context: AdminContext = {
    config,
    terminal,
    actor: actorOfProcess(),
    database,
    wrappingKeys: () => wrappingKeysOf(config),
    cipher: () => (cipher ??= database().then((open) => openCipher(wrappingKeysOf(config), open))),
  };
  const close = async (): Promise<void> => {
    const open = await opened?.catch(() => null);
    await open?.knex.destroy();
  };
  return { context, close };
}

async function openDatabase({ database, dataDir }: Config): Promise<OpenDatabase> {
  if (database.kind !== 'sqlite' || !existsSync(database.path)) {
    throw new StartRefused(`There is no database at ${dataDir}: give the server's DATA_DIR and DATABASE_URL.`);
  }
  const knex = openSqlite(database.path);
  try {
    if (await schemaIsCurrent(knex)) return { knex, dialect: sqlite };
  } catch (error) {
    await knex.destroy();
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartRefused(`The database ${database.path} cannot be used: ${reason}`, { cause: error });
  }
  await knex.destroy();
  throw new StartRefused(
    `The database ${database.path} has the tables of another release: start the server of this one on it first.`,
  );
}

function wrappingKeysOf(config: Config): WrappingKeys {
  // Without this, secrets would be made that no server has.
  if (!isSealed(config.database)) throw new StartRefused('No server has started on this database yet.');
  const { fieldEncryptionKey } = loadSecrets(config.dataDir, config.secrets, true).secrets;
  return { current: fieldEncryptionKey, old: config.fieldEncryptionKeysOld };
}

async function openCipher({ current, old }: WrappingKeys, { knex, dialect }: OpenDatabase): Promise<LocalFieldCipher> {
  try {
    return await LocalFieldCipher.create(new SqlDataKeys(knex, dialect), current, old, systemClock);
  } catch (error) {
    if (error instanceof ForeignKeysError) throw new StartRefused(error.message, { cause: error });
    throw error;
  }
}
