import {
  unseenSigner,
  type Competitor,
  type LaneState,
  type ReadyRow,
  type ResubmitPage,
  type ResubmitRow,
  type Work,
} from '../../../../application/ports/work.ts';
import type { FillerState } from '../../../../domain/nonce/filler.ts';
import type { HolderId, Millis, SignerKey } from '../../../../domain/primitives.ts';
import { FILLER_STATE_COLUMNS, fillerColumnsOf, toFiller } from '../filler-row.ts';
import { stateColumnsOf, toTransaction } from '../transaction-row.ts';
import { toCursor, toSigner } from './chain-rows.ts';
import { attemptColumns, competitorColumns, openRaw, toAttempt, toCompetitor, withRequests } from './rows.ts';
import type { Raw, Reading } from './reading.ts';

type LaneWork = Pick<Work, 'lane' | 'readyToSign' | 'fillersToSign' | 'toResubmit' | 'competitors' | 'nextDueAt'>;

/** What a lane's rounds read: rows of one signer, by the index over open rows. */
export class LaneReads implements LaneWork {
  constructor(private readonly reading: Reading) {}

  /**
   * One statement, so that all of it is of one moment: the tracker commits beside us, and a nonce that it has counted and let go between two
   * reads would look like a hole.
   */
  async lane(key: SignerKey): Promise<LaneState> {
    const { reading } = this;
    const [row] = await reading.rows(
      `SELECT s.*, c.cursor_number, c.cursor_hash, (
         SELECT ${reading.jsonRows(['nonce', 'holder_id'])} FROM held_nonces WHERE chain_id = k.chain_id AND signer = k.address
       ) AS held
       FROM (SELECT ? AS chain_id, ? AS address) k
       LEFT JOIN signers s ON s.chain_id = k.chain_id AND s.address = k.address
       LEFT JOIN chains c ON c.chain_id = k.chain_id`,
      [key.chainId, key.address],
    );
    const { address, cursor_number: cursor, held } = row as Raw;
    const holders = JSON.parse((held as string | null) ?? '[]') as [number, HolderId][];
    return {
      signer: address === null ? unseenSigner(key) : toSigner(row as Raw),
      cursor: cursor === null ? null : toCursor(row as Raw),
      held: holders.map(([nonce, holderId]) => ({ nonce, holderId })).sort((a, b) => a.nonce - b.nonce),
    };
  }

  async readyToSign(key: SignerKey, now: Millis, limit: number, withNonce: boolean): Promise<readonly ReadyRow[]> {
    const { knex } = this.reading;
    // The rows are looked up from the few nonces in flight, not from the queue, which may have any length.
    const inFlight = knex('held_nonces')
      .where(inLane(key))
      .select('holder_id as id')
      .union(
        knex('attempts')
          .where({ ...inLane(key), outcome: 'live' })
          .select('holder_id as id'),
      );
    const rows = await knex
      .from(withNonce ? inFlight.as('i') : knex.raw('transactions as t'))
      .modify((query) => void (withNonce && query.joinRaw('CROSS JOIN transactions t ON t.id = i.id')))
      .join('revisions as r', (join) => join.on('r.transaction_id', 't.id').andOn('r.number', 't.revision'))
      .where({ 't.chain_id': key.chainId, 't.signer': key.address, 't.status': 'queued' })
      .andWhere('t.due_at', '<=', now)
      .orderBy(['t.due_at', 't.id'])
      .limit(limit)
      .select<Raw[]>([...stateColumnsOf('t'), 'r.content']);
    return withRequests(this.reading.cipher, rows);
  }

  async fillersToSign(key: SignerKey): Promise<readonly FillerState[]> {
    const rows = await this.reading
      .knex('fillers')
      .where({ ...inLane(key), status: 'reserved' })
      .orderBy('nonce')
      .select<Raw[]>([...FILLER_STATE_COLUMNS]);
    return rows.map(toFiller);
  }

  async toResubmit(key: SignerKey, page: ResubmitPage): Promise<readonly ResubmitRow[]> {
    const [signed, broadcast, fillers] = await Promise.all([
      this.transactionsToResubmit('signed', key, page),
      this.transactionsToResubmit('broadcast', key, page),
      this.fillersToResubmit(key, page),
    ]);
    const rows = [
      ...[...signed, ...broadcast].map((row) => ({ holder: 'transaction', row }) as const),
      ...fillers.map((row) => ({ holder: 'filler', row }) as const),
    ];
    const first = rows.sort((a, b) => nonceOf(a.row) - nonceOf(b.row)).slice(0, page.limit);
    const raws = await openRaw(
      this.reading.cipher,
      first.map(({ row }) => ({ hash: row['attempt_hash'] as string, raw: row['raw'] as Uint8Array })),
    );
    return first.map(({ holder, row }, i): ResubmitRow => {
      const common = { attempt: toAttempt(row), raw: raws[i] as ResubmitRow['raw'] };
      return holder === 'transaction'
        ? { ...common, holder, transaction: toTransaction(row) }
        : { ...common, holder, filler: toFiller(row) };
    });
  }

  private async transactionsToResubmit(
    status: 'signed' | 'broadcast',
    key: SignerKey,
    { now, belowNonce, limit, recovery }: ResubmitPage,
  ): Promise<readonly Raw[]> {
    const { knex } = this.reading;
    // The page first: sorting it must not carry the bytes along.
    const ids = knex('transactions')
      .where({ ...inLane(key), status })
      .andWhere('held_nonce', '<', belowNonce)
      .modify((query) => {
        if (recovery !== null) void query.andWhere('held_nonce', '>', recovery.afterNonce);
        else if (status === 'broadcast') void query.andWhere('due_at', '<=', now);
        else void query.andWhere((due) => void due.where('due_at', '<=', now).orWhereNull('due_at'));
      })
      .orderBy('held_nonce')
      .limit(limit)
      .select('id');
    return knex
      .from(ids.as('page'))
      .joinRaw('CROSS JOIN transactions t ON t.id = page.id CROSS JOIN attempts a ON a.hash = t.attempt_hash')
      .select<Raw[]>([...stateColumnsOf('t'), ...attemptColumns('a'), 'a.raw']);
  }

  private async fillersToResubmit(
    key: SignerKey,
    { now, belowNonce, limit, recovery }: ResubmitPage,
  ): Promise<readonly Raw[]> {
    return this.reading
      .knex('fillers as f')
      .join('attempts as a', 'a.hash', 'f.attempt_hash')
      .where({ 'f.chain_id': key.chainId, 'f.signer': key.address, 'f.status': 'open' })
      .andWhere('f.nonce', '<', belowNonce)
      .modify((query) => {
        if (recovery !== null) void query.andWhere('f.nonce', '>', recovery.afterNonce);
        else void query.andWhere('f.due_at', '<=', now);
      })
      .orderBy('f.nonce')
      .limit(limit)
      .select<Raw[]>([...fillerColumnsOf('f'), ...attemptColumns('a'), 'a.raw']);
  }

  async competitors(key: SignerKey, nonces: readonly number[]): Promise<readonly Competitor[]> {
    const rows = await this.reading.join(
      competitorColumns('a'),
      { chain_id: 'integer', signer: 'text', nonce: 'integer' },
      "attempts a ON a.chain_id = w.chain_id AND a.signer = w.signer AND a.nonce = w.nonce AND a.outcome = 'live'",
      [...new Set(nonces)].map((nonce) => ({ ...inLane(key), nonce })),
    );
    return rows.map(toCompetitor);
  }

  async nextDueAt(key: SignerKey): Promise<Millis | null> {
    const earliest = (table: string, status: string) =>
      this.reading
        .knex(table)
        .where({ ...inLane(key), status })
        .min<{ due: number | null }[]>('due_at as due');
    const found = await Promise.all([
      ...['queued', 'signed', 'broadcast'].map((status) => earliest('transactions', status)),
      ...['reserved', 'open'].map((status) => earliest('fillers', status)),
    ]);
    const times = found.flatMap(([row]) => (row?.due == null ? [] : [row.due]));
    return times.length === 0 ? null : Math.min(...times);
  }
}

const inLane = (key: SignerKey) => ({ chain_id: key.chainId, signer: key.address });
const nonceOf = (row: Raw): number => row['attempt_nonce'] as number;
