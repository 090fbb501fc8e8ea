import type { Knex } from 'knex';
import type { LeaseToken } from '../../../application/change-set.ts';
import type { Leases } from '../../../application/ports/leases.ts';
import { inTransaction } from './in-transaction.ts';

/** One row a lease. `now` is the database's clock: for an embedded database, this machine's. */
export class SqlLeases implements Leases {
  constructor(
    private readonly knex: Knex,
    private readonly now: () => number,
  ) {}

  async acquire(name: string, ttlMs: number): Promise<LeaseToken | null> {
    const now = this.now();
    return inTransaction(this.knex, async (transaction) => {
      await transaction('leases').insert({ name, token: 0, expires_at: 0, wanted: false }).onConflict('name').ignore();
      const taken = await transaction('leases')
        .where({ name })
        // One that ends later than any could was given by a clock that has been set back since.
        .andWhere((either) => void either.where('expires_at', '<=', now).orWhere('expires_at', '>', now + 2 * ttlMs))
        .update({ token: transaction.raw('token + 1'), expires_at: now + ttlMs, wanted: false });
      if (taken === 0) {
        await transaction('leases').where({ name }).update({ wanted: true });
        return null;
      }
      const row = await transaction('leases').where({ name }).first<{ token: number }>('token');
      return { name, token: row.token };
    });
  }

  async renew({ name, token }: LeaseToken, ttlMs: number): Promise<boolean> {
    const now = this.now();
    const renewed = await this.knex('leases')
      .where({ name, token })
      .andWhere('expires_at', '>', now)
      .update({ expires_at: now + ttlMs });
    return renewed === 1;
  }

  async release({ name, token }: LeaseToken): Promise<{ readonly wanted: boolean }> {
    return inTransaction(this.knex, async (transaction) => {
      const released = await transaction('leases').where({ name, token }).update({ expires_at: 0 });
      if (released === 0) return { wanted: false };
      const row = await transaction('leases').where({ name }).first<{ wanted: number | boolean }>('wanted');
      return { wanted: Boolean(row.wanted) };
    });
  }

  /** Ends all leases. Only for who knows that no other process is alive: the owner of the data folder's lock, at its start. */
  async forgetAll(): Promise<void> {
    await this.knex('leases').update({ expires_at: 0 });
  }
}
