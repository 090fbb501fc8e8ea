import type { Log } from '../../application/ports/observability.ts';
import type { Config } from '../config/config.ts';
import { chainFiles } from '../embedded/anvil/embedded-chain.ts';
import type { LoadedSecrets } from '../embedded/secrets.ts';

/** What an earlier start left without its database: lost, emptied, or that start ended before it made one. */
export function warnOfLoss(
  { database, dataDir }: Pick<Config, 'database' | 'dataDir'>,
  { file, fileExisted }: LoadedSecrets,
  log: Log,
): void {
  if (database.kind === 'memory') return;
  const left = [...(fileExisted ? [file] : []), ...chainFiles(dataDir)];
  if (left.length > 0)
    log.warn(
      { database: database.path, left },
      'the database is missing or empty, though this data folder was used before: the service starts as new, and earlier ids and idempotency ' +
        'keys are unknown to it. If there was a database, stop and restore it from a backup before anything is sent again',
    );
}
