import type { Knex } from 'knex';
import type { ChainCursor, Holders, SignerRow, Work } from '../../../../application/ports/work.ts';
import type { BlockHash, ChainId, SignerKey } from '../../../../domain/primitives.ts';
import { FILLER_STATE_COLUMNS, fillerColumnsOf, toFiller } from '../filler-row.ts';
import { STATE_COLUMNS, stateColumnsOf, toTransaction } from '../transaction-row.ts';
import { toCursor, toKnownBlock, toSigner } from './chain-rows.ts';
import type { Raw, Reading } from './reading.ts';

type TrackingWork = Pick<Work, 'anyLive' | 'signers' | 'liveBelow' | 'includedIn' | 'awaitingDepth' | 'chain'>;

/** What the tracker reads of a chain, besides the hashes of a block. */
export class TrackingReads implements TrackingWork {
  constructor(private readonly reading: Reading) {}

  async anyLive(chainId: ChainId): Promise<boolean> {
    const row = await this.reading
      .knex('attempts')
      .where({ chain_id: chainId, outcome: 'live' })
      .first<Raw | undefined>('hash');
    return row !== undefined;
  }

  async signers(chainId: ChainId): Promise<readonly SignerRow[]> {
    const rows = await this.reading.knex('signers').where({ chain_id: chainId }).orderBy('address').select<Raw[]>();
    return rows.map(toSigner);
  }

  async liveBelow(key: SignerKey, nonce: number): Promise<Holders> {
    const live = (table: string) =>
      this.reading
        .knex('attempts as a')
        .join(`${table} as h`, 'h.id', 'a.holder_id')
        .where({ 'a.chain_id': key.chainId, 'a.signer': key.address, 'a.outcome': 'live' })
        .andWhere('a.nonce', '<', nonce)
        .whereNot('h.status', 'included')
        .orderBy(['a.nonce', 'h.id']);
    const [transactions, fillers] = await Promise.all([
      live('transactions').select<Raw[]>(stateColumnsOf('h')),
      live('fillers').select<Raw[]>(fillerColumnsOf('h')),
    ]);
    return { transactions: once(transactions).map(toTransaction), fillers: once(fillers).map(toFiller) };
  }

  includedIn(chainId: ChainId, block: BlockHash): Promise<Holders> {
    return this.included(chainId, (query) => query.where('block_hash', block));
  }

  awaitingDepth(chainId: ChainId, blockNumber: number, limit: number): Promise<Holders> {
    return this.included(chainId, (query) =>
      query.where('block_number', '<=', blockNumber).orderBy('block_number').limit(limit),
    );
  }

  private async included(chainId: ChainId, narrow: (query: Knex.QueryBuilder) => Knex.QueryBuilder): Promise<Holders> {
    const { knex } = this.reading;
    const included = (table: string, columns: readonly string[]): Promise<Raw[]> =>
      narrow(knex(table).where({ chain_id: chainId, status: 'included' })).select<Raw[]>([...columns]);
    const [transactions, fillers] = await Promise.all([
      included('transactions', STATE_COLUMNS),
      included('fillers', FILLER_STATE_COLUMNS),
    ]);
    return { transactions: transactions.map(toTransaction), fillers: fillers.map(toFiller) };
  }

  async chain(chainId: ChainId): Promise<ChainCursor | null> {
    const { knex } = this.reading;
    const [row, blocks] = await Promise.all([
      knex('chains').where({ chain_id: chainId }).first<Raw | undefined>(),
      knex('blocks').where({ chain_id: chainId }).orderBy('number', 'desc').select<Raw[]>(),
    ]);
    if (row === undefined) return null;
    return {
      genesisHash: row['genesis_hash'] as BlockHash,
      cursor: toCursor(row),
      finalNumber: row['final_number'] as number | null,
      blocks: blocks.map(toKnownBlock),
    };
  }
}

/** A holder with several live attempts comes once for each. */
const once = (rows: readonly Raw[]): readonly Raw[] => [...new Map(rows.map((row) => [row['id'], row])).values()];
