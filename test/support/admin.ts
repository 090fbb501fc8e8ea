import { SqlDataKeys } from '../../src/adapters/outbound/sql/data-keys.ts';
import { LocalFieldCipher } from '../../src/adapters/outbound/crypto/local-field-cipher.ts';
import { COMMANDS } from '../../src/infrastructure/admin/commands.ts';
import { readCommand } from '../../src/infrastructure/admin/read-command.ts';
import { runAdmin } from '../../src/infrastructure/admin/run-admin.ts';
import type { Config } from '../../src/infrastructure/config/config.ts';
import { readConfig } from '../../src/infrastructure/config/read-config.ts';
import { loadSecrets } from '../../src/infrastructure/embedded/secrets.ts';
import { openDatabase } from '../../src/infrastructure/server/open-database.ts';
import { systemClock } from '../../src/adapters/outbound/system/system-clock.ts';

function configOf(folder: string, env: Readonly<Record<string, string>> = {}): Config {
  const read = readConfig({ DATA_DIR: folder, ...env });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.config;
}

/** The database and the secrets in `folder` that a first start leaves behind. */
export async function makeRecord(folder: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
  const config = configOf(folder, env);
  const { fieldEncryptionKey } = loadSecrets(folder, config.secrets, false).secrets;
  const { knex, dialect } = await openDatabase(config);
  try {
    const keys = new SqlDataKeys(knex, dialect);
    await LocalFieldCipher.create(keys, fieldEncryptionKey, config.fieldEncryptionKeysOld, systemClock);
  } finally {
    await knex.destroy();
  }
}

/** `npm run admin -- WORDS` on the data folder; gives what it said, line by line; `typed` where it asks for a password. */
export async function admin(
  folder: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  typed: string | null = null,
): Promise<readonly string[]> {
  const said: string[] = [];
  const read = readCommand(words, COMMANDS);
  if (read.kind !== 'run') throw new Error(read.kind === 'help' ? read.text : read.message);
  await runAdmin(configOf(folder, env), read, {
    say: (text) => void said.push(...text.split('\n')),
    askSecret: async () => typed,
  });
  return said;
}
