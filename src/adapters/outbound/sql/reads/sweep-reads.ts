import type { Knex } from 'knex';
import type { DueLane, Holders, Work } from '../../../../application/ports/work.ts';
import { LONGEST_FILLER_WAIT_MS } from '../../../../domain/nonce/observe-filler.ts';
import type { Address, ChainId, HolderId, Millis, SignerKey } from '../../../../domain/primitives.ts';
import type { Transaction } from '../../../../domain/transaction/transaction.ts';
import { FILLER_STATE_COLUMNS, toFiller } from '../filler-row.ts';
import { STATE_COLUMNS, toTransaction } from '../transaction-row.ts';
import type { Raw, Reading } from './reading.ts';

const WAITING = {
  transactions: ['queued', 'signed', 'broadcast'],
  fillers: ['reserved', 'open'],
} as const;

/** What is to be done over all lanes. Status by status and signer by signer, since that is how the indexes over open rows are ordered. */
export class SweepReads implements Pick<Work, 'load' | 'due' | 'writtenAhead' | 'toClose'> {
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
    const lanes: DueLane[] = [];
    for (const signer of await this.signers()) {
      const ids: HolderId[] = [];
      for (const table of ['transactions', 'fillers'] as const) {
        for (const status of WAITING[table]) {
          if (ids.length >= limit) break;
          const rows = await this.waiting(table, signer, status)
            .andWhere('due_at', '<=', now)
            .orderBy('due_at')
            .limit(limit - ids.length)
            .select<{ id: HolderId }[]>('id');
          ids.push(...rows.map(({ id }) => id));
        }
      }
      if (ids.length > 0) lanes.push({ signer, ids });
    }
    return lanes;
  }

  async writtenAhead(at: Millis, limit: number): Promise<Holders> {
    const transactions: Raw[] = [];
    const fillers: Raw[] = [];
    for (const signer of await this.signers()) {
      for (const status of WAITING.transactions) {
        const rows = this.waiting('transactions', signer, status)
          .andWhere('due_at', '>', at)
          .andWhere('updated_at', '>', at);
        transactions.push(...(await rows.limit(limit - transactions.length).select<Raw[]>([...STATE_COLUMNS])));
      }
      for (const status of WAITING.fillers) {
        const rows = this.waiting('fillers', signer, status).andWhere('due_at', '>', at + LONGEST_FILLER_WAIT_MS);
        fillers.push(...(await rows.limit(limit - fillers.length).select<Raw[]>([...FILLER_STATE_COLUMNS])));
      }
    }
    return { transactions: transactions.map(toTransaction), fillers: fillers.map(toFiller) };
  }

  private async signers(): Promise<readonly SignerKey[]> {
    const rows = await this.reading
      .knex('signers')
      .orderBy(['chain_id', 'address'])
      .select<{ chain_id: ChainId; address: Address }[]>('chain_id', 'address');
    return rows.map(({ chain_id, address }) => ({ chainId: chain_id, address }));
  }

  private waiting(table: keyof typeof WAITING, { chainId, address }: SignerKey, status: string): Knex.QueryBuilder {
    return this.reading.knex(table).where({ chain_id: chainId, signer: address, status });
  }

  async toClose(now: Millis, limit: number): Promise<readonly Transaction[]> {
    const { knex } = this.reading;
    // What a restored record has lost may have been mined: that nothing of it is live is not known before a person has looked.
    const queued = () =>
      knex('transactions as t')
        .where('status', 'queued')
        .whereNotExists(
          knex('signers as s')
            .where('s.chain_id', knex.ref('t.chain_id'))
            .where('s.address', knex.ref('t.signer'))
            .whereNotNull('s.restored_at')
            .select('s.address'),
        )
        .limit(limit);
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
