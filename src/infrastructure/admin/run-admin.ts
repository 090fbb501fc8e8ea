import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { LocalFieldCipher } from '../../adapters/outbound/crypto/local-field-cipher.ts';
import { SqlDataKeys } from '../../adapters/outbound/sql/data-keys.ts';
import { sqlite } from '../../adapters/outbound/sql/dialect/sqlite.ts';
import { SqlLedger } from '../../adapters/outbound/sql/ledger/sql-ledger.ts';
import { openSqlite } from '../../adapters/outbound/sql/open-sqlite.ts';
import { SqlViews } from '../../adapters/outbound/sql/reads/sql-views.ts';
import { SqlWork } from '../../adapters/outbound/sql/reads/sql-work.ts';
import { systemClock } from '../../adapters/outbound/system/system-clock.ts';
import type { SignerView } from '../../application/ports/views.ts';
import { ResumeSigner } from '../../application/use-cases/resume-signer.ts';
import type { Config } from '../config/config.ts';
import { isSealed } from '../embedded/is-sealed.ts';
import { loadSecrets } from '../embedded/secrets.ts';
import { StartRefused } from '../server/start-refused.ts';
import type { AdminCommand } from './arguments.ts';

/**
 * A command on the record itself, beside a server that may be running: the database takes care of both. Neither migrates nor ends leases.
 * @throws {StartRefused} there is no database here, or the command cannot be carried out
 */
export async function runAdmin(config: Config, command: Exclude<AdminCommand, { kind: 'wrong' }>): Promise<string> {
  const { database } = config;
  if (database.kind !== 'sqlite' || !existsSync(database.path)) {
    throw new StartRefused(`There is no database at ${config.dataDir}: give the server's DATA_DIR and DATABASE_URL.`);
  }
  const { fieldEncryptionKey } = loadSecrets(config.dataDir, config.secrets, isSealed(database)).secrets;
  const knex = openSqlite(database.path);
  try {
    const keys = new SqlDataKeys(knex, sqlite);
    const cipher = await LocalFieldCipher.create(keys, fieldEncryptionKey, config.fieldEncryptionKeysOld, systemClock);
    const signers = await new SqlViews(knex, sqlite, cipher).signers();
    if (command.kind === 'list') return signers.map(line).join('\n');
    const found = signers.find(({ key }) => key.address === command.address);
    if (found === undefined) throw new StartRefused(`No signer ${command.address} is on record.`);
    const ledger = new SqlLedger({ knex, dialect: sqlite, cipher, now: () => systemClock.now() });
    const resume = new ResumeSigner({ work: new SqlWork(knex, sqlite, cipher), ledger, clock: systemClock });
    const outcome = await resume.resume({
      key: found.key,
      actor: `user:${userInfo().username}`,
      reason: command.reason,
    });
    return outcome === 'resumed' ? `${command.address} goes on.` : `${command.address} is not paused.`;
  } finally {
    await knex.destroy();
  }
}

const line = ({ key, nextNonce, inFlight, gaps, paused }: SignerView): string =>
  `${key.address}  chain ${key.chainId}  next nonce ${nextNonce ?? 'unknown'}  in flight ${inFlight}  gaps ${gaps.length}  ${
    paused === null ? 'works' : `paused: ${paused.reason}`
  }`;
