import type { NewTransaction } from '../../../../application/change-set.ts';
import type { FieldCipher } from '../../../../application/ports/field-cipher.ts';
import type { Columns, Row } from '../dialect/dialect.ts';
import { encodeContent, hexText, revisionPlace } from '../content.ts';
import { part, type Writing } from './writing.ts';

const TRANSACTION = {
  id: 'text',
  client: 'text',
  chain_id: 'integer',
  signer: 'text',
  status: 'text',
  version: 'integer',
  revision: 'integer',
  cancel_requested: 'integer',
  valid_until: 'integer',
  retry_count: 'integer',
  due_at: 'integer',
  idempotency_index: 'blob',
  key_index: 'blob',
  fingerprint: 'blob',
  to_index: 'blob',
  created_at: 'integer',
  updated_at: 'integer',
} as const satisfies Columns;
const REVISION = {
  transaction_id: 'text',
  number: 'integer',
  author: 'text',
  content: 'blob',
  created_at: 'integer',
} as const satisfies Columns;
const KEY = { client: 'text', idempotency_index: 'blob' } as const satisfies Columns;

interface Item {
  readonly onlyReplay: boolean;
  readonly transaction: Row;
  readonly revision: Row;
}

interface Indexes {
  readonly key: Uint8Array | null;
  readonly keyAlone: Uint8Array | null;
  readonly fingerprint: Uint8Array;
  readonly to: Uint8Array | null;
}

/** Blind indexes are keyed: equality can be asked of the database, and nothing else. */
async function indexes(cipher: FieldCipher, items: readonly NewTransaction[]): Promise<readonly Indexes[]> {
  const some = async (
    purpose: string,
    value: (item: NewTransaction) => string | null,
  ): Promise<(Uint8Array | null)[]> => {
    const values = items.map(value);
    const present = values.filter((v): v is string => v !== null);
    const blind = await cipher.blindIndex(purpose, present);
    let at = 0;
    return values.map((v) => (v === null ? null : (blind[at++] as Uint8Array)));
  };
  const [key, keyAlone, fingerprint, to] = await Promise.all([
    some('idempotency', (item) => item.idempotencyKey && `${item.client}\u0000${item.idempotencyKey}`),
    some('idempotency-any', (item) => item.idempotencyKey),
    some('fingerprint', (item) => item.fingerprint),
    some('to', (item) => item.content.request.to),
  ]);
  return items.map((_, i) => ({
    key: key[i] ?? null,
    keyAlone: keyAlone[i] ?? null,
    fingerprint: fingerprint[i] as Uint8Array,
    to: to[i] ?? null,
  }));
}

/** New transactions with revision 0. A key that is on record is the item's outcome (replayed or reused) and writes nothing. */
export const accepted = part({
  prepare: async (changes, sealing, cipher) => {
    const news = changes.accepted ?? [];
    if (news.length === 0) return null;
    const blind = await indexes(cipher, news);
    const items = news.map((item, i): Item => {
      const { key, keyAlone, fingerprint, to } = blind[i] as Indexes;
      const transaction: Row = {
        id: item.id,
        client: item.client,
        chain_id: item.chainId,
        signer: item.signer,
        status: 'queued',
        version: 1,
        revision: 0,
        cancel_requested: 0,
        valid_until: item.validUntil,
        retry_count: 0,
        due_at: changes.at,
        idempotency_index: key,
        key_index: keyAlone,
        fingerprint,
        to_index: to,
        created_at: changes.at,
        updated_at: changes.at,
      };
      const revision: Row = {
        transaction_id: item.id,
        number: 0,
        author: `client:${item.client}`,
        content: null,
        created_at: changes.at,
      };
      sealing.add(revisionPlace('content', item.id, 0), encodeContent(item.content), (sealed) => {
        revision['content'] = sealed;
      });
      return { transaction, revision, onlyReplay: item.onlyReplay };
    });
    return items;
  },
  write: async (writing, items) => {
    const created = await sortOut(writing, items);
    await writing.insert(
      'transactions',
      TRANSACTION,
      created.map((item) => item.transaction),
    );
    await writing.insert(
      'revisions',
      REVISION,
      created.map((item) => item.revision),
    );
  },
});

/** Returns the items that are new; fills `writing.accepted` in order, and `writing.notCreated` with the others. The same key twice in one batch is a repetition like any other. */
async function sortOut(writing: Writing, items: readonly Item[]): Promise<readonly Item[]> {
  const known = new Map<string, { id: string; fingerprint: string }>();
  const found = await writing.join(
    't.id, t.idempotency_index, t.fingerprint',
    KEY,
    'transactions t ON t.client = r.client AND t.idempotency_index = r.idempotency_index',
    items.flatMap(({ transaction: { client, idempotency_index: index } }) =>
      index instanceof Uint8Array ? [{ client, idempotency_index: hexText(index) }] : [],
    ),
  );
  for (const row of found) {
    known.set(hexText(row['idempotency_index'] as Uint8Array), {
      id: row['id'] as string,
      fingerprint: hexText(row['fingerprint'] as Uint8Array),
    });
  }
  const created: Item[] = [];
  for (const item of items) {
    const id = item.transaction['id'] as string;
    // The client's name is in it already.
    const index = item.transaction['idempotency_index'] as Uint8Array | null;
    const fingerprint = hexText(item.transaction['fingerprint'] as Uint8Array);
    const key = index === null ? null : hexText(index);
    const original = key === null ? undefined : known.get(key);
    if (original !== undefined) {
      const kind = original.fingerprint === fingerprint ? 'replayed' : 'keyReused';
      writing.accepted.push({ kind, id: original.id as never });
      writing.notCreated.add(id);
    } else if (item.onlyReplay) {
      writing.accepted.push({ kind: 'notCreated' });
      writing.notCreated.add(id);
    } else {
      if (key !== null) known.set(key, { id, fingerprint });
      writing.accepted.push({ kind: 'created', id: id as never });
      created.push(item);
    }
  }
  return created;
}
