import type { Knex } from 'knex';
import type { FieldCipher, FieldContext } from '../../../../application/ports/field-cipher.ts';
import type {
  AttemptView,
  AuditView,
  EventView,
  Page,
  PagePosition,
  SignerView,
  TransactionDetail,
  TransactionFilter,
  TransactionView,
  Views,
} from '../../../../application/ports/views.ts';
import { holesOf } from '../../../../domain/nonce/assign.ts';
import type { Address, BlockHash, ChainId, TransactionId, TxHash } from '../../../../domain/primitives.ts';
import type { AttemptKind, AttemptOutcome } from '../../../../domain/transaction/attempt.ts';
import type { FailureCode } from '../../../../domain/transaction/failure.ts';
import { isSettled, type Status } from '../../../../domain/transaction/transaction.ts';
import { fromJson, fromUtf8 } from '../content.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { applyFilter } from './filter.ts';
import { openContents, type Raw } from './rows.ts';

const VIEW_COLUMNS = [
  't.*',
  'r.content',
  'first.content as first_content',
  'a.nonce as attempt_nonce',
  'f.code as failure_code_told',
  'f.message as failure_message',
  'f.node_message as failure_node_message',
  'f.closed_at',
  'f.closed_by',
  'f.closed_reason',
];

/** What people see. Opens envelopes of the rows shown and of no others. */
export class SqlViews implements Views {
  constructor(
    private readonly knex: Knex,
    private readonly dialect: Dialect,
    private readonly cipher: FieldCipher,
  ) {}

  async one(id: TransactionId, client?: string): Promise<TransactionDetail | null> {
    const [view] = await this.views((query) =>
      query.where('t.id', id).modify((q) => (client === undefined ? q : q.where('t.client', client))),
    );
    if (view === undefined) return null;
    const [attempts, events] = await Promise.all([this.attempts(id), this.events(id)]);
    return { ...view, attempts, events };
  }

  async many(ids: readonly TransactionId[]): Promise<readonly TransactionView[]> {
    if (ids.length === 0) return [];
    const rows = `(SELECT id FROM ${this.dialect.rows({ id: 'text' })} w)`;
    const views = await this.views((query) =>
      query.whereRaw(`t.id IN ${rows}`, [JSON.stringify(ids.map((id) => ({ id })))]),
    );
    const byId = new Map(views.map((view) => [view.id, view]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  async page(filter: TransactionFilter, limit: number, after: PagePosition | null): Promise<Page<TransactionView>> {
    const conditions = await applyFilter(filter, this.cipher);
    const views = await this.views((query) => {
      conditions(query);
      if (after !== null) {
        query.where((q) =>
          q
            .where('t.created_at', '<', after.createdAt)
            .orWhere((same) => same.where('t.created_at', after.createdAt).where('t.id', '<', after.id)),
        );
      }
      return query
        .orderBy([
          { column: 't.created_at', order: 'desc' },
          { column: 't.id', order: 'desc' },
        ])
        .limit(limit + 1);
    });
    const items = views.slice(0, limit);
    const last = items.at(-1);
    return {
      items,
      next: views.length > limit && last !== undefined ? { createdAt: last.createdAt, id: last.id } : null,
    };
  }

  private async views(narrow: (query: Knex.QueryBuilder) => Knex.QueryBuilder): Promise<readonly TransactionView[]> {
    const query = this.knex('transactions as t')
      .join('revisions as r', (join) => join.on('r.transaction_id', 't.id').andOn('r.number', 't.revision'))
      .join('revisions as first', (join) =>
        join.on('first.transaction_id', 't.id').andOn('first.number', this.knex.raw('0')),
      )
      .leftJoin('attempts as a', 'a.hash', this.knex.raw('coalesce(t.mined_hash, t.attempt_hash)'))
      .leftJoin('failures as f', 'f.transaction_id', 't.id')
      .select(VIEW_COLUMNS);
    const rows = (await narrow(query)) as Raw[];
    const contents = await openContents(
      this.cipher,
      rows.map((row) => ({
        id: row['id'] as string,
        number: row['revision'] as number,
        content: row['content'] as Uint8Array,
      })),
    );
    const edited = rows.filter((row) => row['revision'] !== 0);
    const first = await openContents(
      this.cipher,
      edited.map((row) => ({ id: row['id'] as string, number: 0, content: row['first_content'] as Uint8Array })),
    );
    const originals = new Map(edited.map((row, i) => [row['id'], first[i]]));
    const told = await this.openTexts(rows.flatMap((row) => texts(row)));
    let at = 0;
    return rows.map((row, i) => {
      const content = contents[i] as (typeof contents)[number];
      const [message, nodeMessage, reason] = texts(row).map((slot) =>
        slot.sealed === null ? null : (told[at++] ?? null),
      );
      return toView(row, content, originals.get(row['id']) ?? content, {
        message: message ?? '',
        nodeMessage: nodeMessage ?? null,
        reason: reason ?? '',
      });
    });
  }

  private async openTexts(
    slots: readonly { readonly sealed: Uint8Array | null; readonly context: FieldContext }[],
  ): Promise<readonly string[]> {
    const sealed = slots.flatMap((slot) =>
      slot.sealed === null ? [] : [{ sealed: slot.sealed, context: slot.context }],
    );
    return (await this.cipher.open(sealed)).map(fromUtf8);
  }

  private async attempts(id: TransactionId): Promise<readonly AttemptView[]> {
    const rows = await this.knex('attempts').where('holder_id', id).orderBy(['signed_at', 'hash']).select<Raw[]>();
    const errors = await this.openTexts(
      rows.map((row) => ({
        sealed: row['error_message'] as Uint8Array | null,
        context: { table: 'attempts', column: 'error_message', rowId: row['hash'] as string },
      })),
    );
    let at = 0;
    return rows.map((row) => ({
      kind: row['kind'] as AttemptKind,
      revision: row['revision'] as number,
      hash: row['hash'] as TxHash,
      nonce: row['nonce'] as number,
      maxFeePerGasWei: BigInt(row['max_fee_wei'] as string),
      maxPriorityFeePerGasWei: BigInt(row['max_priority_fee_wei'] as string),
      signedAt: row['signed_at'] as number,
      publishedAt: row['published_at'] as number | null,
      outcome: row['outcome'] as AttemptOutcome,
      error:
        row['error_message'] === null ? null : { class: row['error_class'] as string, message: errors[at++] ?? '' },
    }));
  }

  private async events(id: TransactionId): Promise<readonly EventView[]> {
    const rows = await this.knex('events').where('transaction_id', id).orderBy('sequence').select<Raw[]>();
    const details = await this.openJson(rows, 'events', 'detail', id);
    return rows.map((row, i) => ({
      id: String(row['sequence']),
      at: row['at'] as number,
      type: row['type'] as string,
      from: row['from_status'] as string | null,
      to: row['to_status'] as string | null,
      actor: row['actor'] as string,
      detail: details[i] ?? null,
    }));
  }

  /** One value a row, null where nothing is stored. */
  private async openJson(
    rows: readonly Raw[],
    table: string,
    column: string,
    rowId: string,
  ): Promise<readonly (Record<string, unknown> | null)[]> {
    const stored = rows.filter((row) => row[column] !== null);
    const opened = await this.cipher.open(
      stored.map((row) => ({ sealed: row[column] as Uint8Array, context: { table, column, rowId } })),
    );
    let at = 0;
    return rows.map((row) =>
      row[column] === null ? null : fromJson<Record<string, unknown>>(opened[at++] as Uint8Array),
    );
  }

  async audit(limit: number, before: string | null): Promise<Page<AuditView>> {
    const query = this.knex('audit')
      .orderBy('sequence', 'desc')
      .limit(limit + 1);
    if (before !== null) void query.where('sequence', '<', Number(before));
    const rows: Raw[] = await query;
    const items: AuditView[] = [];
    for (const row of rows.slice(0, limit)) items.push(await this.auditEntry(row));
    const last = items.at(-1);
    return { items, next: rows.length > limit && last !== undefined ? { createdAt: last.at, id: last.id } : null };
  }

  private async auditEntry(row: Raw): Promise<AuditView> {
    const rowId = (row['transaction_id'] ?? row['actor']) as string;
    const [detail] = await this.openJson([row], 'audit', 'detail', rowId);
    const sealed = row['reason'] as Uint8Array | null;
    const [reason] = await this.openTexts([{ sealed, context: { table: 'audit', column: 'reason', rowId } }]);
    return {
      id: String(row['sequence']),
      at: row['at'] as number,
      actor: row['actor'] as string,
      action: row['action'] as string,
      transactionId: row['transaction_id'] as TransactionId | null,
      reason: reason ?? null,
      detail: detail ?? null,
      requestId: row['request_id'] as string | null,
    };
  }

  async signers(): Promise<readonly SignerView[]> {
    const [rows, held, load] = await Promise.all([
      this.knex('signers').orderBy(['chain_id', 'address']).select<Raw[]>(),
      this.knex('held_nonces').orderBy('nonce').select<Raw[]>('chain_id', 'signer', 'nonce'),
      this.knex('transactions')
        .whereIn('status', ['queued', 'signed', 'broadcast', 'included'])
        .groupBy('chain_id', 'signer')
        .select<Raw[]>('chain_id', 'signer', this.knex.raw('count(*) as open')),
    ]);
    return rows.map((row) => {
      const own = (other: Raw): boolean => other['chain_id'] === row['chain_id'] && other['signer'] === row['address'];
      const nextNonce = row['next_nonce'] as number | null;
      const nonces = held.filter(own).map((h) => h['nonce'] as number);
      return {
        key: { chainId: row['chain_id'] as ChainId, address: row['address'] as Address },
        version: row['version'] as number,
        nextNonce,
        balanceWei: row['balance_wei'] === null ? null : BigInt(row['balance_wei'] as string),
        paused:
          row['paused_at'] === null ? null : { reason: row['paused_reason'] as string, at: row['paused_at'] as number },
        inFlight: (load.find(own)?.['open'] as number | undefined) ?? 0,
        held: nonces,
        gaps: nextNonce === null ? [] : holesOf(nextNonce, nonces),
      };
    });
  }
}

/** Sealed texts of a row, each with its place. */
function texts(row: Raw): readonly { readonly sealed: Uint8Array | null; readonly context: FieldContext }[] {
  const rowId = row['id'] as string;
  return [
    ['failure_message', 'message'],
    ['failure_node_message', 'node_message'],
    ['closed_reason', 'closed_reason'],
  ].map(([alias, column]) => ({
    sealed: row[alias as string] as Uint8Array | null,
    context: { table: 'failures', column: column as string, rowId },
  }));
}

type Content = Awaited<ReturnType<typeof openContents>>[number];

function toView(
  row: Raw,
  content: Content,
  original: Content,
  told: { message: string; nodeMessage: string | null; reason: string },
): TransactionView {
  const status = row['status'] as Status;
  const liveNonce = row['live_nonce'] as number | null;
  return {
    id: row['id'] as TransactionId,
    client: row['client'] as string,
    version: row['version'] as number,
    status,
    chainId: row['chain_id'] as ChainId,
    from: row['signer'] as Address,
    request: content.request,
    nonce: (row['mined_hash'] === null ? (row['held_nonce'] ?? row['attempt_nonce']) : row['attempt_nonce']) as
      number | null,
    hash: (row['mined_hash'] ?? row['attempt_hash']) as TxHash | null,
    retry: {
      count: row['retry_count'] as number,
      dueAt: row['due_at'] as number | null,
      lastError: row['last_error'] as string | null,
    },
    failure:
      status === 'failed'
        ? { code: row['failure_code'] as FailureCode, message: told.message, nodeMessage: told.nodeMessage }
        : null,
    settled: isSettled({ status, liveNonce }),
    closed:
      row['closed_at'] === null
        ? null
        : { at: row['closed_at'] as number, by: row['closed_by'] as string, reason: told.reason },
    block:
      row['block_hash'] === null
        ? null
        : { number: row['block_number'] as number, hash: row['block_hash'] as BlockHash },
    cancelRequested: Boolean(row['cancel_requested']),
    revision: row['revision'] as number,
    metadata: original.metadata,
    validUntil: row['valid_until'] as number | null,
    idempotencyKey: original.idempotencyKey,
    createdAt: row['created_at'] as number,
    updatedAt: row['updated_at'] as number,
  };
}
