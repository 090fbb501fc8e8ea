import type { DataKeyRecord, DataKeys, NewDataKey } from '../../../application/ports/data-keys.ts';

/** Data keys that end with the process. */
export class MemoryDataKeys implements DataKeys {
  #records: readonly DataKeyRecord[] = [];

  async all(): Promise<readonly DataKeyRecord[]> {
    return this.#records;
  }

  async add(key: NewDataKey): Promise<DataKeyRecord> {
    return this.#active(key.purpose) ?? this.#append(key);
  }

  async rotate(key: NewDataKey, replaces: number): Promise<DataKeyRecord> {
    const active = this.#active(key.purpose);
    if (active && active.id !== replaces) return active;
    this.#change((one) => (one.id === replaces ? { ...one, state: 'retired' } : one));
    return this.#append(key);
  }

  async reserve(id: number, uses: number): Promise<number | null> {
    this.#change((one) => (one.id === id && one.state === 'active' ? { ...one, uses: one.uses + uses } : one));
    const record = this.#records.find((one) => one.id === id);
    return record?.state === 'active' ? record.uses : null;
  }

  async rewrap(keys: Parameters<DataKeys['rewrap']>[0]): Promise<number> {
    let done = 0;
    this.#change((one) => {
      const key = keys.find(
        ({ id, wrappedBefore }) => id === one.id && Buffer.compare(one.wrapped, wrappedBefore) === 0,
      );
      if (!key) return one;
      done += 1;
      return { ...one, wrappingKeyId: key.wrappingKeyId, wrapped: new Uint8Array(key.wrapped) };
    });
    return done;
  }

  #active(purpose: DataKeyRecord['purpose']): DataKeyRecord | undefined {
    return this.#records.find((one) => one.purpose === purpose && one.state === 'active');
  }

  #append(key: NewDataKey): DataKeyRecord {
    const id = this.#records.length + 1;
    const record: DataKeyRecord = { ...key, wrapped: new Uint8Array(key.wrapped), id, state: 'active', uses: 0 };
    this.#records = [...this.#records, record];
    return record;
  }

  #change(change: (record: DataKeyRecord) => DataKeyRecord): void {
    this.#records = this.#records.map(change);
  }
}
