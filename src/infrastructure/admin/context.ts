import type { FieldCipher } from '../../application/ports/field-cipher.ts';
import type { Config } from '../config/config.ts';
import type { OpenDatabase } from '../server/open-database.ts';
import type { Terminal } from './terminal.ts';

/** FIELD_ENCRYPTION_KEY, and those of FIELD_ENCRYPTION_KEYS_OLD; 32 bytes each. */
export interface WrappingKeys {
  readonly current: Uint8Array;
  readonly old: readonly Uint8Array[];
}

/** What a command works with. Nothing is opened before it is asked for, and all of it is closed when the command ends. */
export interface AdminContext {
  readonly config: Config;
  readonly terminal: Terminal;
  /** Who stands in the audit log: `user:NAME`, the name on this machine. */
  readonly actor: string;
  /**
   * The service's database, beside a server that may be running. Neither migrates nor ends leases.
   * @throws {StartRefused} there is none, or it is of another release
   */
  database(): Promise<OpenDatabase>;
  /** @throws {StartRefused} no server has started on the database yet */
  wrappingKeys(): WrappingKeys;
  /** @throws {StartRefused} the database was sealed with a key that is not given */
  cipher(): Promise<FieldCipher>;
}
