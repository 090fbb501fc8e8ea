import type { DataKeyRecord, DataKeys } from '../../../application/ports/data-keys.ts';

/** Data keys that end with the process. */
export class MemoryDataKeys implements DataKeys {
  readonly #records: DataKeyRecord[] = [];

  async all(): Promise<readonly DataKeyRecord[]> {
    return [...this.#records];
  }

  async add(key: Omit<DataKeyRecord, 'id' | 'state'>): Promise<DataKeyRecord> {
    const theirs = this.#records.find((one) => one.purpose === key.purpose && one.state === 'active');
    if (theirs) return theirs;
    const record: DataKeyRecord = {
      ...key,
      wrapped: new Uint8Array(key.wrapped),
      id: this.#records.length + 1,
      state: 'active',
    };
    this.#records.push(record);
    return record;
  }
}
