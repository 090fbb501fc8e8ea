import type { Knex } from 'knex';
import type { FieldCipher } from '../../../../application/ports/field-cipher.ts';
import type { TransactionFilter } from '../../../../application/ports/views.ts';
import type { Status } from '../../../../domain/transaction/transaction.ts';

export type Condition = (query: Knex.QueryBuilder) => void;

/**
 * A filter as what all rows must meet, and alternatives of which they meet one. Each alternative is asked by itself, newest first and no
 * further than a page, by an index of its own; an OR of them would be read whole and sorted.
 */
export interface Narrowing {
  readonly all: readonly Condition[];
  readonly alternatives: readonly Condition[];
}

/** What is sealed is found by its blind index: exactly or not at all. */
export async function narrow(filter: TransactionFilter, cipher: FieldCipher): Promise<Narrowing> {
  const blind = async (purpose: string, value: string): Promise<Buffer> => {
    const [index] = await cipher.blindIndex(purpose, [value]);
    return Buffer.from(index as Uint8Array);
  };
  const all: Condition[] = [];
  const equal = (column: string, value: string | number | Buffer | undefined): void => {
    if (value !== undefined) all.push((query) => void query.where(column, value));
  };
  const { client, statuses, createdAfter, createdBefore, hash, nonce, to, errorCode, idempotencyKey, q } = filter;
  equal('t.client', client);
  equal('t.chain_id', filter.chainId);
  equal('t.signer', filter.from);
  equal('t.to_index', to === undefined ? undefined : await blind('to', to));
  // A row keeps its code while late bytes of it are in a block; it shows it only while it is failed.
  if (errorCode !== undefined)
    all.push((query) => void query.where('t.failure_code', errorCode).whereRaw('+t.status = ?', ['failed']));
  if (filter.closed !== undefined) all.push(whetherClosed(filter.closed));
  if (createdAfter !== undefined) all.push((query) => void query.where('t.created_at', '>', createdAfter));
  if (createdBefore !== undefined) all.push((query) => void query.where('t.created_at', '<', createdBefore));
  if (hash !== undefined) all.push(withHash(hash));
  if (nonce !== undefined) all.push(atNonce(nonce));
  if (idempotencyKey !== undefined) all.push(await keyed(idempotencyKey, client, blind));
  if (q !== undefined) {
    if (statuses !== undefined && statuses.length > 0)
      all.push((query) => void query.whereIn('t.status', [...statuses]));
    return { all, alternatives: await anything(q, client, blind) };
  }
  if (statuses === undefined || statuses.length === 0) return { all, alternatives: [() => undefined] };
  return { all, alternatives: [...new Set(statuses)].map((status) => inStatus(status, client)) };
}

/** By the failure's own row, for each row that the list comes to. */
const whetherClosed = (closed: boolean): Condition => {
  const closedFailure = "EXISTS (SELECT 1 FROM failures f WHERE f.transaction_id = t.id AND f.state = 'closed')";
  // Only a failed one can be closed, and there are few of these to look through.
  return (query) =>
    void (closed ? query.where('t.status', 'failed').whereRaw(closedFailure) : query.whereRaw(`NOT ${closedFailure}`));
};

/** Most of a client's rows are confirmed, so its own list finds a page of them sooner than the list of everybody's (+: not by that index). */
const inStatus =
  (status: Status, client: string | undefined): Condition =>
  (query) =>
    void (client !== undefined && status === 'confirmed'
      ? query.whereRaw('+t.status = ?', [status])
      : query.where('t.status', status));

const withHash =
  (hash: string): Condition =>
  (query) =>
    void query.whereIn('t.id', (holders) => void holders.select('holder_id').from('attempts').where('hash', hash));

/** Held, or signed for at some time. */
const atNonce =
  (nonce: number): Condition =>
  (query) =>
    void query.whereIn('t.id', (holders) => {
      void holders
        .select('holder_id')
        .from('attempts')
        .where('nonce', nonce)
        .union((held) => void held.select('holder_id').from('held_nonces').where('nonce', nonce));
    });

type Blind = (purpose: string, value: string) => Promise<Buffer>;

/** A key belongs to a client; an operator's search tries it for every client that there is. */
async function keyed(key: string, client: string | undefined, blind: Blind): Promise<Condition> {
  if (client !== undefined) {
    const index = await blind('idempotency', `${client}\u0000${key}`);
    return (query) => void query.where('t.idempotency_index', index);
  }
  const index = await blind('idempotency-any', key);
  return (query) => void query.where('t.key_index', index);
}

/** An operator's one search field: whatever the text can be is looked for. */
async function anything(q: string, client: string | undefined, blind: Blind): Promise<readonly Condition[]> {
  const text = q.trim();
  const lower = text.toLowerCase();
  const found: Condition[] = [(query) => void query.where('t.id', lower), await keyed(text, client, blind)];
  if (/^0x[0-9a-f]{40}$/.test(lower)) {
    const recipient = await blind('to', lower);
    found.push((query) => void query.where('t.signer', lower));
    found.push((query) => void query.where('t.to_index', recipient));
  }
  if (/^0x[0-9a-f]{64}$/.test(lower)) found.push(withHash(lower));
  if (/^\d{1,15}$/.test(text)) found.push(atNonce(Number(text)));
  return found;
}
