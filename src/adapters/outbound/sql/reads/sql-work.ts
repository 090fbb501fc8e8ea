import type { Knex } from 'knex';
import type { FieldCipher } from '../../../../application/ports/field-cipher.ts';
import type {
  BroadcastRow,
  ChainCursor,
  Competitor,
  DueLane,
  Holders,
  LaneState,
  LiveRow,
  ReadyRow,
  ResubmitRow,
  SignerRow,
  Work,
} from '../../../../application/ports/work.ts';
import type { FillerState } from '../../../../domain/nonce/filler.ts';
import type {
  Address,
  BlockHash,
  BlockRef,
  ChainId,
  HolderId,
  Millis,
  SignerKey,
  TransactionId,
  TxHash,
} from '../../../../domain/primitives.ts';
import type { AttemptKind } from '../../../../domain/transaction/attempt.ts';
import type { Transaction } from '../../../../domain/transaction/transaction.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { FILLER_STATE_COLUMNS, toFiller } from '../filler-row.ts';
import { STATE_COLUMNS, stateColumnsOf, toTransaction } from '../transaction-row.ts';
import { attemptColumns, openContents, openRaw, toAttempt, type Raw } from './rows.ts';

const fillerColumnsOf = (table: string): readonly string[] =>
  FILLER_STATE_COLUMNS.map((column) => `${table}.${column}`);

/** The narrow reads of the steps. A list of ids or hashes travels as one JSON array, so that no statement has thousands of bindings. */
export class SqlWork implements Work {
  constructor(
    private readonly knex: Knex,
    private readonly dialect: Dialect,
    private readonly cipher: FieldCipher,
  ) {}

  async lane(key: SignerKey): Promise<LaneState> {
    const [signer, chain, held] = await Promise.all([
      this.knex('signers').where({ chain_id: key.chainId, address: key.address }).first<Raw | undefined>(),
      this.knex('chains').where({ chain_id: key.chainId }).first<Raw | undefined>('cursor_number', 'cursor_hash'),
      this.knex('held_nonces')
        .where({ chain_id: key.chainId, signer: key.address })
        .orderBy('nonce')
        .select<Raw[]>('nonce', 'holder_id'),
    ]);
    return {
      signer:
        signer === undefined ? { key, version: 0, nextNonce: null, balanceWei: null, paused: null } : toSigner(signer),
      cursor: chain === undefined ? null : toBlockRef(chain),
      held: held.map((row) => ({ nonce: row['nonce'] as number, holderId: row['holder_id'] as HolderId })),
    };
  }

  async readyToSign(key: SignerKey, now: Millis, limit: number, withNonce: boolean): Promise<readonly ReadyRow[]> {
    const rows = await this.knex('transactions as t')
      .join('revisions as r', (join) => join.on('r.transaction_id', 't.id').andOn('r.number', 't.revision'))
      .where({ 't.chain_id': key.chainId, 't.signer': key.address, 't.status': 'queued' })
      .andWhere('t.due_at', '<=', now)
      .modify((query) =>
        withNonce ? query.andWhere((q) => q.whereNotNull('t.held_nonce').orWhereNotNull('t.live_nonce')) : query,
      )
      .orderBy(['t.due_at', 't.id'])
      .limit(limit)
      .select<Raw[]>([...stateColumnsOf('t'), 'r.content']);
    return this.withRequests(rows);
  }

  private async withRequests(rows: readonly Raw[]): Promise<readonly ReadyRow[]> {
    const contents = await openContents(
      this.cipher,
      rows.map((row) => ({
        id: row['id'] as string,
        number: row['revision'] as number,
        content: row['content'] as Uint8Array,
      })),
    );
    return rows.map((row, i) => ({
      transaction: toTransaction(row),
      request: (contents[i] as (typeof contents)[number]).request,
    }));
  }

  async fillersToSign(key: SignerKey): Promise<readonly FillerState[]> {
    const rows = await this.knex('fillers')
      .where({ chain_id: key.chainId, signer: key.address, status: 'reserved' })
      .orderBy('nonce')
      .select<Raw[]>([...FILLER_STATE_COLUMNS]);
    return rows.map(toFiller);
  }

  async toResubmit(
    key: SignerKey,
    now: Millis,
    belowNonce: number,
    limit: number,
    recovery: { readonly afterNonce: number } | null,
  ): Promise<readonly ResubmitRow[]> {
    const due = (status: string, column: string) => (query: Knex.QueryBuilder) => {
      if (recovery !== null) void query.where(column, '>', recovery.afterNonce);
      else
        void query.where((q) =>
          q
            .where(`${status === 'filler' ? 'f' : 't'}.due_at`, '<=', now)
            .modify((m) => (status === 'signed' ? m.orWhereNull('t.due_at') : m)),
        );
    };
    const transactions = (status: 'signed' | 'broadcast') =>
      this.knex('transactions as t')
        .join('attempts as a', 'a.hash', 't.attempt_hash')
        .where({ 't.chain_id': key.chainId, 't.signer': key.address, 't.status': status })
        .andWhere('t.held_nonce', '<', belowNonce)
        .modify(due(status, 't.held_nonce'))
        .orderBy('t.held_nonce')
        .limit(limit)
        .select<Raw[]>([...stateColumnsOf('t'), ...attemptColumns('a'), 'a.raw']);
    const fillers = this.knex('fillers as f')
      .join('attempts as a', 'a.hash', 'f.attempt_hash')
      .where({ 'f.chain_id': key.chainId, 'f.signer': key.address, 'f.status': 'open' })
      .andWhere('f.nonce', '<', belowNonce)
      .modify(due('filler', 'f.nonce'))
      .orderBy('f.nonce')
      .limit(limit)
      .select<Raw[]>([...fillerColumnsOf('f'), ...attemptColumns('a'), 'a.raw']);
    const [signed, broadcast, filling] = await Promise.all([
      transactions('signed'),
      transactions('broadcast'),
      fillers,
    ]);
    const rows = [...signed, ...broadcast, ...filling];
    const raws = await openRaw(
      this.cipher,
      rows.map((row) => ({ hash: row['attempt_hash'] as string, raw: row['raw'] as Uint8Array })),
    );
    return rows
      .map((row, i): ResubmitRow => {
        const common = { attempt: toAttempt(row), raw: raws[i] as ResubmitRow['raw'] };
        return i < signed.length + broadcast.length
          ? { ...common, holder: 'transaction', transaction: toTransaction(row) }
          : { ...common, holder: 'filler', filler: toFiller(row) };
      })
      .sort((a, b) => a.attempt.nonce - b.attempt.nonce)
      .slice(0, limit);
  }

  async forBroadcast(ids: readonly HolderId[]): Promise<ReadonlyMap<HolderId, BroadcastRow>> {
    const wanted = this.idRows(ids);
    const rows = await this.query(
      `SELECT ${[...stateColumnsOf('t'), ...attemptColumns('a'), 'r.content'].join(', ')} FROM ${this.dialect.rows({ id: 'text' })} w JOIN transactions t ON t.id = w.id JOIN revisions r ON r.transaction_id = t.id AND r.number = t.revision LEFT JOIN attempts a ON a.hash = t.attempt_hash`,
      wanted,
    );
    const found = new Map<HolderId, BroadcastRow>();
    for (const [i, { transaction, request }] of (await this.withRequests(rows)).entries()) {
      const row = rows[i] as Raw;
      const attempt = row['attempt_hash'] === null || row['attempt_nonce'] === null ? null : toAttempt(row);
      found.set(transaction.id, { holder: 'transaction', transaction, request, attempt });
    }
    if (found.size === ids.length) return found;
    const fillers = await this.query(
      `SELECT ${[...fillerColumnsOf('f'), ...attemptColumns('a')].join(', ')} FROM ${this.dialect.rows({ id: 'text' })} w JOIN fillers f ON f.id = w.id LEFT JOIN attempts a ON a.hash = f.attempt_hash`,
      wanted,
    );
    for (const row of fillers) {
      const filler = toFiller(row);
      found.set(filler.id, {
        holder: 'filler',
        filler,
        attempt: row['attempt_nonce'] === null ? null : toAttempt(row),
      });
    }
    return found;
  }

  async competitors(key: SignerKey, nonces: readonly number[]): Promise<readonly Competitor[]> {
    const rows = await this.query(
      `SELECT a.hash, a.nonce, a.holder_id, a.revision, a.gas_limit, a.max_fee_wei, a.max_priority_fee_wei, a.published_at, a.sending_since FROM ${this.dialect.rows({ chain_id: 'integer', signer: 'text', nonce: 'integer' })} w JOIN attempts a ON a.chain_id = w.chain_id AND a.signer = w.signer AND a.nonce = w.nonce AND a.outcome = 'live'`,
      nonces.map((nonce) => ({ chain_id: key.chainId, signer: key.address, nonce })),
    );
    return rows.map((row) => ({
      nonce: row['nonce'] as number,
      hash: row['hash'] as TxHash,
      holderId: row['holder_id'] as HolderId,
      revision: row['revision'] as number,
      gasLimit: BigInt(row['gas_limit'] as string),
      maxFeePerGasWei: BigInt(row['max_fee_wei'] as string),
      maxPriorityFeePerGasWei: BigInt(row['max_priority_fee_wei'] as string),
      sent: row['published_at'] !== null || row['sending_since'] !== null,
    }));
  }

  /** CROSS JOIN fixes the order: a planner without statistics would walk over all live attempts for each block. */
  async liveAttempts(chainId: ChainId, hashes: readonly TxHash[]): Promise<readonly LiveRow[]> {
    const live = await this.query(
      `SELECT a.hash, a.kind, a.revision, a.nonce, a.holder, a.holder_id FROM ${this.dialect.rows({ hash: 'text' })} w CROSS JOIN attempts a ON a.hash = w.hash WHERE a.outcome = 'live' AND a.chain_id = ${Number(chainId)}`,
      hashes.map((hash) => ({ hash })),
    );
    const ids = (holder: string): HolderId[] =>
      live.filter((row) => row['holder'] === holder).map((row) => row['holder_id'] as HolderId);
    const transactions = await this.transactions(ids('transaction') as TransactionId[]);
    const fillers = new Map((await this.fillers(ids('filler'))).map((filler) => [filler.id as HolderId, filler]));
    return live.flatMap((row): LiveRow[] => {
      const facts = {
        hash: row['hash'] as TxHash,
        kind: row['kind'] as AttemptKind,
        revision: row['revision'] as number,
        nonce: row['nonce'] as number,
      };
      const transaction = transactions.get(row['holder_id'] as TransactionId);
      const filler = fillers.get(row['holder_id'] as HolderId);
      if (transaction !== undefined) return [{ ...facts, holder: 'transaction', transaction }];
      return filler === undefined ? [] : [{ ...facts, holder: 'filler', filler }];
    });
  }

  async anyLive(chainId: ChainId): Promise<boolean> {
    const row = await this.knex('attempts')
      .where({ chain_id: chainId, outcome: 'live' })
      .first<Raw | undefined>('hash');
    return row !== undefined;
  }

  async signers(chainId: ChainId): Promise<readonly SignerRow[]> {
    const rows = await this.knex('signers').where({ chain_id: chainId }).orderBy('address').select<Raw[]>();
    return rows.map(toSigner);
  }

  async liveBelow(key: SignerKey, nonce: number): Promise<Holders> {
    const live = (table: string) =>
      this.knex('attempts as a')
        .join(`${table} as h`, 'h.id', 'a.holder_id')
        .where({ 'a.chain_id': key.chainId, 'a.signer': key.address, 'a.outcome': 'live' })
        .andWhere('a.nonce', '<', nonce)
        .whereNot('h.status', 'included');
    const [transactions, fillers] = await Promise.all([
      live('transactions').distinct<Raw[]>([...stateColumnsOf('h')]),
      live('fillers').distinct<Raw[]>([...fillerColumnsOf('h')]),
    ]);
    return { transactions: transactions.map(toTransaction), fillers: fillers.map(toFiller) };
  }

  async includedIn(chainId: ChainId, block: BlockHash): Promise<Holders> {
    const [transactions, fillers] = await Promise.all([
      this.knex('transactions')
        .where({ chain_id: chainId, status: 'included', block_hash: block })
        .select<Raw[]>([...STATE_COLUMNS]),
      this.knex('fillers')
        .where({ chain_id: chainId, status: 'included', block_hash: block })
        .select<Raw[]>([...FILLER_STATE_COLUMNS]),
    ]);
    return { transactions: transactions.map(toTransaction), fillers: fillers.map(toFiller) };
  }

  async awaitingDepth(chainId: ChainId, blockNumber: number, limit: number): Promise<Holders> {
    const [transactions, fillers] = await Promise.all([
      this.knex('transactions')
        .where({ chain_id: chainId, status: 'included' })
        .andWhere('block_number', '<=', blockNumber)
        .orderBy('block_number')
        .limit(limit)
        .select<Raw[]>([...STATE_COLUMNS]),
      this.knex('fillers')
        .where({ chain_id: chainId, status: 'included' })
        .andWhere('block_number', '<=', blockNumber)
        .limit(limit)
        .select<Raw[]>([...FILLER_STATE_COLUMNS]),
    ]);
    return { transactions: transactions.map(toTransaction), fillers: fillers.map(toFiller) };
  }

  async chain(chainId: ChainId): Promise<ChainCursor | null> {
    const row = await this.knex('chains').where({ chain_id: chainId }).first<Raw | undefined>();
    if (row === undefined) return null;
    const blocks = await this.knex('blocks').where({ chain_id: chainId }).orderBy('number', 'desc').select<Raw[]>();
    return {
      genesisHash: row['genesis_hash'] as BlockHash,
      cursor: toBlockRef(row),
      finalNumber: row['final_number'] as number | null,
      blocks: blocks.map((b) => ({
        number: b['number'] as number,
        hash: b['hash'] as BlockHash,
        parentHash: b['parent_hash'] as BlockHash,
      })),
    };
  }

  async load(chainId: ChainId): Promise<ReadonlyMap<Address, number>> {
    const rows = await this.knex('transactions')
      .where({ chain_id: chainId })
      .whereIn('status', ['queued', 'signed', 'broadcast'])
      .groupBy('signer')
      .select<Raw[]>('signer', this.knex.raw('count(*) as open'));
    return new Map(rows.map((row) => [row['signer'] as Address, row['open'] as number]));
  }

  async transactions(ids: readonly TransactionId[]): Promise<ReadonlyMap<TransactionId, Transaction>> {
    const rows = await this.query(
      `SELECT ${stateColumnsOf('t').join(', ')} FROM ${this.dialect.rows({ id: 'text' })} w JOIN transactions t ON t.id = w.id`,
      this.idRows(ids),
    );
    return new Map(rows.map(toTransaction).map((transaction) => [transaction.id, transaction]));
  }

  private async fillers(ids: readonly HolderId[]): Promise<readonly FillerState[]> {
    const rows = await this.query(
      `SELECT ${fillerColumnsOf('f').join(', ')} FROM ${this.dialect.rows({ id: 'text' })} w JOIN fillers f ON f.id = w.id`,
      this.idRows(ids),
    );
    return rows.map(toFiller);
  }

  async nextDueAt(key: SignerKey): Promise<Millis | null> {
    const lane = { chain_id: key.chainId, signer: key.address };
    const earliest = (table: string, status: string) =>
      this.knex(table)
        .where({ ...lane, status })
        .min<{ due: number | null }[]>('due_at as due');
    const found = await Promise.all([
      ...['queued', 'signed', 'broadcast'].map((status) => earliest('transactions', status)),
      ...['reserved', 'open'].map((status) => earliest('fillers', status)),
    ]);
    const times = found.flatMap(([row]) => (row?.due == null ? [] : [row.due]));
    return times.length === 0 ? null : Math.min(...times);
  }

  async due(now: Millis, limit: number): Promise<readonly DueLane[]> {
    // Signer by signer, since that is how the index over open rows is ordered.
    const signers = await this.knex('signers').select<{ chain_id: ChainId; address: Address }[]>('chain_id', 'address');
    const lanes: DueLane[] = [];
    for (const { chain_id, address } of signers) {
      const lane = { chain_id, signer: address };
      const [transactions, fillers] = await Promise.all([
        this.knex('transactions')
          .where(lane)
          .whereIn('status', ['queued', 'signed', 'broadcast'])
          .andWhere('due_at', '<=', now)
          .limit(limit)
          .select<Raw[]>('id'),
        this.knex('fillers')
          .where(lane)
          .whereIn('status', ['reserved', 'open'])
          .andWhere('due_at', '<=', now)
          .limit(limit)
          .select<Raw[]>('id'),
      ]);
      const ids = [...transactions, ...fillers].map((row) => row['id'] as HolderId);
      if (ids.length > 0) lanes.push({ signer: { chainId: chain_id, address }, ids });
    }
    return lanes;
  }

  async toClose(now: Millis, limit: number): Promise<readonly Transaction[]> {
    const rows = await this.knex('transactions')
      .where('status', 'queued')
      .andWhere((q) =>
        q.where('valid_until', '<=', now).orWhere((c) => c.where('cancel_requested', true).whereNull('live_nonce')),
      )
      .limit(limit)
      .select<Raw[]>([...STATE_COLUMNS]);
    return rows.map(toTransaction);
  }

  private idRows(ids: readonly HolderId[]): readonly object[] {
    return [...new Set(ids)].map((id) => ({ id }));
  }

  private async query(sql: string, rows: readonly object[]): Promise<readonly Raw[]> {
    if (rows.length === 0) return [];
    return this.dialect.selectedRows(await this.knex.raw(sql, [JSON.stringify(rows)]));
  }
}

const toSigner = (row: Raw): SignerRow => ({
  key: { chainId: row['chain_id'] as ChainId, address: row['address'] as Address },
  version: row['version'] as number,
  nextNonce: row['next_nonce'] as number | null,
  balanceWei: row['balance_wei'] === null ? null : BigInt(row['balance_wei'] as string),
  paused: row['paused_at'] === null ? null : { reason: row['paused_reason'] as string, at: row['paused_at'] as number },
});

const toBlockRef = (row: Raw): BlockRef | null =>
  row['cursor_hash'] === null
    ? null
    : { number: row['cursor_number'] as number, hash: row['cursor_hash'] as BlockHash };
