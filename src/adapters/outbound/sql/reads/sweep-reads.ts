import type { DueLane, Work } from '../../../../application/ports/work.ts';
import type { Address, ChainId, HolderId, Millis } from '../../../../domain/primitives.ts';
import type { Transaction } from '../../../../domain/transaction/transaction.ts';
import { STATE_COLUMNS, toTransaction } from '../transaction-row.ts';
import type { Raw, Reading } from './reading.ts';

const WAITING = {
  transactions: ['queued', 'signed', 'broadcast'],
  fillers: ['reserved', 'open'],
} as const;

/** What is to be done over all lanes. Status by status and signer by signer, since that is how the indexes over open rows are ordered. */
export class SweepReads implements Pick<Work, 'load' | 'due' | 'toClose'> {
  constructor(private readonly reading: Reading) {}

  async load(chainId: ChainId): Promise<ReadonlyMap<Address, number>> {
    const counted = await Promise.all(
      WAITING.transactions.map((status) =>
        this.reading
          .knex('transactions')
          .where({ status, chain_id: chainId })
          .groupBy('signer')
          .select<{ signer: Address; open: number }[]>('signer', this.reading.knex.raw('count(*) as open')),
      ),
    );
    const load = new Map<Address, number>();
    for (const { signer, open } of counted.flat()) load.set(signer, (load.get(signer) ?? 0) + open);
    return load;
  }

  async due(now: Millis, limit: number): Promise<readonly DueLane[]> {
    const { knex } = this.reading;
    const signers = await knex('signers')
      .orderBy(['chain_id', 'address'])
      .select<{ chain_id: ChainId; address: Address }[]>('chain_id', 'address');
    const lanes: DueLane[] = [];
    for (const { chain_id, address } of signers) {
      const ids: HolderId[] = [];
      for (const table of ['transactions', 'fillers'] as const) {
        for (const status of WAITING[table]) {
          if (ids.length >= limit) break;
          const rows = await knex(table)
            .where({ chain_id, signer: address, status })
            .andWhere('due_at', '<=', now)
            .orderBy('due_at')
            .limit(limit - ids.length)
            .select<{ id: HolderId }[]>('id');
          ids.push(...rows.map(({ id }) => id));
        }
      }
      if (ids.length > 0) lanes.push({ signer: { chainId: chain_id, address }, ids });
    }
    return lanes;
  }

  async toClose(now: Millis, limit: number): Promise<readonly Transaction[]> {
    const queued = () => this.reading.knex('transactions').where('status', 'queued').limit(limit);
    const [expired, cancelled] = await Promise.all([
      queued()
        .andWhere('valid_until', '<=', now)
        .orderBy('valid_until')
        .select<Raw[]>([...STATE_COLUMNS]),
      queued()
        .andWhere('cancel_requested', 1)
        .whereNull('live_nonce')
        .select<Raw[]>([...STATE_COLUMNS]),
    ]);
    const rows = new Map([...expired, ...cancelled].map((row) => [row['id'], row]));
    return [...rows.values()].slice(0, limit).map(toTransaction);
  }
}
