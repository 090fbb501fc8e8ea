import type { Knex } from 'knex';
import type { DoubtRow, Doubts } from '../../../../application/ports/doubts.ts';
import type { FieldCipher } from '../../../../application/ports/field-cipher.ts';
import type { SignerKey, TransactionId, TxHash } from '../../../../domain/primitives.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { stateColumnsOf } from '../transaction-row.ts';
import { Reading, type Raw } from './reading.ts';
import { withRequests } from './rows.ts';

/** Asked by people, rarely: queued rows of a signer by the index over waiting ones, failed ones by the list's. */
export class SqlDoubts implements Doubts {
  private readonly reading: Reading;

  constructor(knex: Knex, dialect: Dialect, cipher: FieldCipher) {
    this.reading = new Reading(knex, dialect, cipher);
  }

  async known(hashes: readonly TxHash[]): Promise<ReadonlySet<TxHash>> {
    const rows = await this.reading.join(
      ['a.hash'],
      { hash: 'text' },
      'attempts a ON a.hash = w.hash',
      [...new Set(hashes)].map((hash) => ({ hash })),
    );
    return new Set(rows.map((row) => row['hash'] as TxHash));
  }

  async inDoubt(
    { chainId, address }: SignerKey,
    limit: number,
    after: TransactionId | null,
  ): Promise<readonly DoubtRow[]> {
    const rows = await this.reading
      .knex('transactions as t')
      .join('revisions as r', (join) => join.on('r.transaction_id', 't.id').andOn('r.number', 't.revision'))
      .leftJoin('failures as f', 'f.transaction_id', 't.id')
      .where({ 't.chain_id': chainId, 't.signer': address })
      .whereIn('t.status', ['queued', 'failed'])
      .whereNull('t.live_nonce')
      .andWhere((open) => void open.where('t.status', 'queued').orWhere('f.state', 'open'))
      .modify((query) => void (after !== null && query.andWhere('t.id', '>', after)))
      .orderBy('t.id')
      .limit(limit)
      .select<Raw[]>([...stateColumnsOf('t'), 'r.content']);
    return withRequests(this.reading.cipher, rows);
  }
}
