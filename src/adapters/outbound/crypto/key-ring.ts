import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../application/ports/clock.ts';
import type { DataKeyRecord, DataKeys } from '../../../application/ports/data-keys.ts';
import { FieldCipherError, ForeignKeysError } from './field-cipher-error.ts';
import type { KeyEncryptionKey } from './key-encryption-key.ts';

/** The data keys of a database, unwrapped once for as long as the process runs. */
export interface KeyRing {
  /** Seals what is written from now on. */
  readonly active: { readonly id: number; readonly key: Uint8Array };
  /** Envelope keys by id, retired ones too. */
  readonly envelope: ReadonlyMap<number, Uint8Array>;
  readonly index: Uint8Array;
}

/**
 * Reads the keys, and makes those that a new database does not have yet.
 * @throws ForeignKeysError where one of them is wrapped by a key that is not among `keks`
 * @throws FieldCipherError where one of them was changed
 */
export async function loadKeyRing(
  dataKeys: DataKeys,
  kek: KeyEncryptionKey,
  oldKeks: readonly KeyEncryptionKey[],
  clock: Clock,
): Promise<KeyRing> {
  const keks = new Map([...oldKeks, kek].map((one) => [one.id, one]));
  const records = await dataKeys.all();
  // All of them before any is made: a process with the wrong key leaves nothing behind.
  refuseForeign(records, keks);
  const envelope = new Map<number, Uint8Array>();
  for (const record of records) if (record.purpose === 'envelope') envelope.set(record.id, unwrap(record, keks));
  const active = await activeOf('envelope');
  envelope.set(active.id, active.key);
  const index = await activeOf('index');
  return { active, envelope, index: index.key };

  async function activeOf(purpose: DataKeyRecord['purpose']): Promise<{ id: number; key: Uint8Array }> {
    let record = records.find((one) => one.purpose === purpose && one.state === 'active');
    if (!record) {
      const wrapped = kek.wrap(randomBytes(32), purpose);
      // Ours, or that of another process that was faster.
      record = await dataKeys.add({ purpose, wrappingKeyId: kek.id, wrapped, createdAt: clock.now() });
      refuseForeign([record], keks);
    }
    return { id: record.id, key: unwrap(record, keks) };
  }
}

function refuseForeign(records: readonly DataKeyRecord[], keks: ReadonlyMap<string, KeyEncryptionKey>): void {
  const foreign = records.map((record) => record.wrappingKeyId).filter((id) => !keks.has(id));
  if (foreign.length > 0) throw new ForeignKeysError([...new Set(foreign)]);
}

function unwrap(record: DataKeyRecord, keks: ReadonlyMap<string, KeyEncryptionKey>): Uint8Array {
  const key = keks.get(record.wrappingKeyId)?.unwrap(record.wrapped, record.purpose);
  if (!key)
    throw new FieldCipherError(
      `data key ${record.id} (${record.purpose}) was changed: its wrapping key does not open it`,
    );
  return key;
}
