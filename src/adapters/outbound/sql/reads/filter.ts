import type { Knex } from 'knex';
import type { FieldCipher } from '../../../../application/ports/field-cipher.ts';
import type { TransactionFilter } from '../../../../application/ports/views.ts';

type Conditions = (query: Knex.QueryBuilder) => void;

/** What is sealed is found by its blind index: exactly or not at all. */
export async function applyFilter(filter: TransactionFilter, cipher: FieldCipher): Promise<Conditions> {
  const blind = async (purpose: string, value: string): Promise<Buffer> => {
    const [index] = await cipher.blindIndex(purpose, [value]);
    return Buffer.from(index as Uint8Array);
  };
  const conditions: Conditions[] = [];
  const equal = (column: string, value: string | number | undefined): void => {
    if (value !== undefined) conditions.push((query) => void query.where(column, value));
  };
  equal('t.client', filter.client);
  equal('t.chain_id', filter.chainId);
  equal('t.signer', filter.from);
  equal('t.failure_code', filter.errorCode);
  const { statuses, createdAfter, createdBefore, hash, nonce, to, idempotencyKey, q } = filter;
  if (statuses !== undefined && statuses.length > 0)
    conditions.push((query) => void query.whereIn('t.status', [...statuses]));
  if (createdAfter !== undefined) conditions.push((query) => void query.where('t.created_at', '>', createdAfter));
  if (createdBefore !== undefined) conditions.push((query) => void query.where('t.created_at', '<', createdBefore));
  if (hash !== undefined) conditions.push((query) => void query.whereIn('t.id', holdersOf(hash)));
  if (nonce !== undefined) conditions.push((query) => void query.whereIn('t.id', atNonce(nonce)));
  if (to !== undefined) {
    const index = await blind('to', to);
    conditions.push((query) => void query.where('t.to_index', index));
  }
  if (idempotencyKey !== undefined) {
    const matches = await keyed(idempotencyKey, filter.client, blind);
    conditions.push((query) => void query.where(matches));
  }
  if (q !== undefined) {
    const matches = await anything(q, filter.client, blind);
    conditions.push((query) => void query.where(matches));
  }
  return (query) => {
    for (const condition of conditions) condition(query);
  };
}

const holdersOf = (hash: string) => (query: Knex.QueryBuilder) =>
  void query.select('holder_id').from('attempts').where('hash', hash);
const atNonce = (nonce: number) => (query: Knex.QueryBuilder) =>
  void query.select('holder_id').from('attempts').where('nonce', nonce);

type Blind = (purpose: string, value: string) => Promise<Buffer>;

/** A key belongs to a client; an operator's search tries it for every client that there is. */
async function keyed(key: string, client: string | undefined, blind: Blind): Promise<Conditions> {
  if (client !== undefined) {
    const index = await blind('idempotency', `${client}\u0000${key}`);
    return (query) => void query.where('t.idempotency_index', index);
  }
  const index = await blind('idempotency-any', key);
  return (query) => void query.where('t.key_index', index);
}

/** An operator's one search field: whatever the text can be is looked for. */
async function anything(q: string, client: string | undefined, blind: Blind): Promise<Conditions> {
  const text = q.trim();
  const lower = text.toLowerCase();
  const byKey = await keyed(text, client, blind);
  const recipient = /^0x[0-9a-f]{40}$/.test(lower) ? await blind('to', lower) : null;
  return (query) => {
    query.where('t.id', lower);
    query.orWhere((or) => {
      byKey(or);
    });
    if (recipient !== null) query.orWhere('t.signer', lower).orWhere('t.to_index', recipient);
    if (/^0x[0-9a-f]{64}$/.test(lower)) query.orWhereIn('t.id', holdersOf(lower));
    if (/^\d{1,15}$/.test(text)) query.orWhereIn('t.id', atNonce(Number(text)));
  };
}
