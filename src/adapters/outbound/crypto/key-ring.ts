import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../application/ports/clock.ts';
import type { DataKeyRecord, DataKeys } from '../../../application/ports/data-keys.ts';
import { FieldCipherError, ForeignKeysError } from './field-cipher-error.ts';
import type { KeyEncryptionKey } from './key-encryption-key.ts';

/** The data keys of a database, unwrapped. */
export interface KeyRing {
  /** Seals what is written from now on. */
  readonly active: { readonly id: number; readonly key: Uint8Array; readonly createdAt: number };
  /** Envelope keys by id, retired ones too. */
  readonly envelope: ReadonlyMap<number, Uint8Array>;
  /** All of them, whatever they are for. */
  readonly unwrapped: ReadonlyMap<number, Uint8Array>;
  readonly index: Uint8Array;
}

/**
 * Reads the keys, and makes those that a new database does not have yet.
 * @param known keys that were unwrapped before: what is behind an id never changes, so a process goes on where another one has wrapped
 * them by a key that it was not given
 * @throws ForeignKeysError where one of the others is wrapped by a key that is not among `keks`
 * @throws FieldCipherError where one of them was changed
 */
export async function loadKeyRing(
  dataKeys: DataKeys,
  kek: KeyEncryptionKey,
  oldKeks: readonly KeyEncryptionKey[],
  clock: Clock,
  known: ReadonlyMap<number, Uint8Array> = new Map(),
): Promise<KeyRing> {
  const keks = new Map([...oldKeks, kek].map((one) => [one.id, one]));
  const records = await dataKeys.all();
  // All of them before any is made: a process with the wrong key leaves nothing behind.
  refuseForeign(
    records.filter(({ id }) => !known.has(id)),
    keks,
  );
  const keys = new Map(records.map((record) => [record.id, known.get(record.id) ?? unwrap(record, keks)]));
  const active = await activeOf('envelope');
  keys.set(active.id, active.key);
  const index = await activeOf('index');
  const unwrapped = new Map([...keys, [index.id, index.key] as const]);
  const others = new Set(records.filter((one) => one.purpose !== 'envelope').map(({ id }) => id));
  const envelope = new Map([...keys].filter(([id]) => !others.has(id)));
  return { active, envelope, unwrapped, index: index.key };

  async function activeOf(purpose: DataKeyRecord['purpose']): Promise<KeyRing['active']> {
    let record = records.find((one) => one.purpose === purpose && one.state === 'active');
    if (!record) {
      // Ours, or that of another process that was faster.
      record = await dataKeys.add(newKey(purpose, kek, clock));
      refuseForeign([record], keks);
    }
    return { id: record.id, key: keys.get(record.id) ?? unwrap(record, keks), createdAt: record.createdAt };
  }
}

/** A new active envelope key in the place of `replaces`, or the one that another process has put there meanwhile. */
export async function rotateEnvelopeKey(
  dataKeys: DataKeys,
  kek: KeyEncryptionKey,
  replaces: number,
  clock: Clock,
): Promise<DataKeyRecord> {
  return dataKeys.rotate(newKey('envelope', kek, clock), replaces, clock.now());
}

/** Wraps by `kek` what the others have wrapped, so that these are needed no more; says how many. */
export async function rewrapDataKeys(
  dataKeys: DataKeys,
  kek: KeyEncryptionKey,
  oldKeks: readonly KeyEncryptionKey[],
): Promise<number> {
  const keks = new Map([...oldKeks, kek].map((one) => [one.id, one]));
  const records = (await dataKeys.all()).filter(({ wrappingKeyId }) => wrappingKeyId !== kek.id);
  refuseForeign(records, keks);
  return dataKeys.rewrap(
    records.map((record) => ({
      id: record.id,
      wrappingKeyId: kek.id,
      wrapped: kek.wrap(unwrap(record, keks), record.purpose),
      wrappedBefore: record.wrapped,
    })),
  );
}

const newKey = (purpose: DataKeyRecord['purpose'], kek: KeyEncryptionKey, clock: Clock) => ({
  purpose,
  wrappingKeyId: kek.id,
  wrapped: kek.wrap(randomBytes(32), purpose),
  createdAt: clock.now(),
});

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
