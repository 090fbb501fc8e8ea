import type { ChangeSet, NewTransaction } from '../../../../application/change-set.ts';
import type { FieldCipher } from '../../../../application/ports/field-cipher.ts';
import type { Columns } from '../dialect/dialect.ts';
import { blobText, encodeContent } from '../content.ts';
import type { Sealing } from './sealing.ts';
import type { Row, Writer, Writing } from './writing.ts';

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
  readonly transaction: Row;
  readonly revision: Row;
}

/** Blind indexes are keyed: equality can be asked of the database, and nothing else. */
async function index(cipher: FieldCipher, items: readonly NewTransaction[]) {
  const [keys, fingerprints, recipients] = await Promise.all([
    cipher.blindIndex(
      'idempotency',
      items.map((item) => `${item.client}\u0000${item.idempotencyKey ?? ''}`),
    ),
    cipher.blindIndex(
      'fingerprint',
      items.map((item) => item.fingerprint),
    ),
    cipher.blindIndex(
      'to',
      items.map((item) => item.content.request.to ?? ''),
    ),
  ]);
  return { keys, fingerprints, recipients };
}

/** New transactions with revision 0. A key that is on record is the item's outcome (replayed or reused) and writes nothing. */
export async function accepted(changes: ChangeSet, sealing: Sealing, cipher: FieldCipher): Promise<Writer | null> {
  const news = changes.accepted ?? [];
  if (news.length === 0) return null;
  const { keys, fingerprints, recipients } = await index(cipher, news);
  const items = news.map((item, i): Item => {
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
      idempotency_index: item.idempotencyKey === null ? null : blobText(keys[i] as Uint8Array),
      fingerprint: blobText(fingerprints[i] as Uint8Array),
      to_index: item.content.request.to === null ? null : blobText(recipients[i] as Uint8Array),
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
    sealing.add(
      { table: 'revisions', column: 'content', rowId: `${item.id}/0` },
      encodeContent(item.content),
      (blob) => {
        revision['content'] = blob;
      },
    );
    return { transaction, revision };
  });
  return async (writing) => {
    const created = await sortOut(writing, items);
    await writing.run(
      writing.dialect.insertRows('transactions', TRANSACTION),
      created.map((item) => item.transaction),
    );
    await writing.run(
      writing.dialect.insertRows('revisions', REVISION),
      created.map((item) => item.revision),
    );
  };
}

/** Which items are new; fills `writing.accepted` in order. The same key twice in one batch is a repetition like any other. */
async function sortOut(writing: Writing, items: readonly Item[]): Promise<readonly Item[]> {
  const withKey = items.filter((item) => item.transaction['idempotency_index'] !== null);
  const known = new Map<string, { id: string; fingerprint: string }>();
  const keyOf = (client: unknown, index: string): string => `${String(client)}\u0000${index}`;
  const found = await writing.select(
    `SELECT t.id, t.client, t.idempotency_index, t.fingerprint FROM transactions t JOIN ${writing.dialect.rows(KEY)} r ON t.client = r.client AND t.idempotency_index = r.idempotency_index`,
    withKey.map(({ transaction }) => ({
      client: transaction['client'],
      idempotency_index: transaction['idempotency_index'],
    })),
  );
  for (const row of found) {
    known.set(keyOf(row['client'], blobText(row['idempotency_index'] as Uint8Array)), {
      id: row['id'] as string,
      fingerprint: blobText(row['fingerprint'] as Uint8Array),
    });
  }
  return items.filter(({ transaction }) => {
    const id = transaction['id'] as string;
    const index = transaction['idempotency_index'] as string | null;
    const key = index === null ? null : keyOf(transaction['client'], index);
    const original = key === null ? undefined : known.get(key);
    if (original === undefined) {
      if (key !== null) known.set(key, { id, fingerprint: transaction['fingerprint'] as string });
      writing.accepted.push({ kind: 'created', id: id as never });
      return true;
    }
    const kind = original.fingerprint === transaction['fingerprint'] ? 'replayed' : 'keyReused';
    writing.accepted.push({ kind, id: original.id as never });
    writing.notCreated.add(id);
    return false;
  });
}
