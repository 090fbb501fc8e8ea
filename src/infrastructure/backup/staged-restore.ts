import { existsSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { StartRefused } from '../server/start-refused.ts';

/** Where a restore prepares what is to become the database. */
export const stagedPath = (database: string): string => `${database}.restoring`;

/**
 * A restore that was cut off may have left no database, or the one that was to be replaced: neither is what its operator wants to start on.
 * @throws {StartRefused}
 */
export function refuseHalfRestored({ database }: Pick<Config, 'database'>): void {
  if (database.kind === 'memory' || !existsSync(stagedPath(database.path))) return;
  const staged = stagedPath(database.path);
  throw new StartRefused(
    `A restore of ${database.path} was cut off. Run \`npm run admin -- restore FILE\` again, or delete ${staged} to go on without it` +
      `${existsSync(database.path) ? '' : '; the database that was there is beside it, and its name ends with .old'}.`,
  );
}
