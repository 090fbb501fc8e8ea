import type { AttemptChange } from '../../../../application/change-set.ts';
import type { HolderId } from '../../../../domain/primitives.ts';
import type { Columns } from '../dialect/dialect.ts';
import { hexToBytes, utf8 } from '../content.ts';
import { ConflictSignal } from './conflict-signal.ts';
import type { Part, Row } from './writing.ts';

const ATTEMPT = {
  hash: 'text',
  holder_id: 'text',
  holder: 'text',
  chain_id: 'integer',
  signer: 'text',
  nonce: 'integer',
  kind: 'text',
  revision: 'integer',
  gas_limit: 'text',
  max_fee_wei: 'text',
  max_priority_fee_wei: 'text',
  raw: 'blob',
  signed_at: 'integer',
  unknown_looks: 'integer',
  outcome: 'text',
} as const satisfies Columns;

/**
 * Signed bytes, durable before any node sees them (invariant 2). The same bytes again are the same attempt; bytes that are already
 * another holder's are a conflict, or one mined transaction would count for two.
 */
export const newAttempts: Part = (changes, sealing) => {
  const attempts = changes.newAttempts ?? [];
  if (attempts.length === 0) return null;
  const rows = attempts.map((a): Row => {
    const row: Row = {
      hash: a.hash,
      holder_id: a.holderId,
      holder: a.holder,
      chain_id: a.signer.chainId,
      signer: a.signer.address,
      nonce: a.nonce,
      kind: a.kind,
      revision: a.revision,
      gas_limit: a.gasLimit.toString(),
      max_fee_wei: a.maxFeePerGasWei.toString(),
      max_priority_fee_wei: a.maxPriorityFeePerGasWei.toString(),
      raw: null,
      signed_at: a.signedAt,
      unknown_looks: 0,
      outcome: 'live',
    };
    sealing.add({ table: 'attempts', column: 'raw', rowId: a.hash }, hexToBytes(a.raw), (blob) => {
      row['raw'] = blob;
    });
    return row;
  });
  return async (writing) => {
    const others = await writing.select(
      `SELECT r.holder_id FROM ${writing.dialect.rows({ hash: 'text', holder_id: 'text' })} r JOIN attempts a ON a.hash = r.hash WHERE a.holder_id <> r.holder_id`,
      rows.map((row) => ({ hash: row['hash'], holder_id: row['holder_id'] })),
    );
    const own = new Map<unknown, unknown>();
    const twice = rows.filter(
      (row) => own.get(row['hash']) !== undefined || (own.set(row['hash'], row['holder_id']), false),
    );
    if (others.length + twice.length > 0) {
      throw new ConflictSignal(
        'hash',
        [...others, ...twice].map((row) => row['holder_id'] as HolderId),
      );
    }
    await writing.run(writing.dialect.insertRows('attempts', ATTEMPT, { ignore: true }), rows);
  };
};

const COLUMN = {
  sendingSince: 'sending_since',
  publishedAt: 'published_at',
  unknownLooks: 'unknown_looks',
  outcome: 'outcome',
} as const;
const TYPE = { sending_since: 'integer', published_at: 'integer', unknown_looks: 'integer', outcome: 'text' } as const;

/** Changes of the same columns share a statement; only what is named changes. */
export const attemptChanges: Part = (changes, sealing) => {
  const groups = new Map<string, { columns: Columns; rows: Row[] }>();
  for (const change of changes.attempts ?? []) {
    const { columns, row } = toRow(change);
    if (change.error !== undefined) {
      const message = change.error === null ? null : utf8(change.error.message);
      row['error_class'] = change.error?.class ?? null;
      sealing.add({ table: 'attempts', column: 'error_message', rowId: change.hash }, message, (blob) => {
        row['error_message'] = blob;
      });
      Object.assign(columns, { error_class: 'text', error_message: 'blob' });
    }
    const key = Object.keys(columns).join();
    const group = groups.get(key) ?? { columns, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  if (groups.size === 0) return null;
  return async (writing) => {
    for (const { columns, rows } of groups.values()) {
      if (Object.keys(columns).length > 0)
        await writing.run(writing.dialect.updateRows('attempts', { hash: 'text' }, columns), rows);
    }
  };
};

function toRow(change: AttemptChange): { columns: Record<string, 'text' | 'integer' | 'blob'>; row: Row } {
  const columns: Record<string, 'text' | 'integer' | 'blob'> = {};
  const row: Row = { hash: change.hash };
  for (const key of Object.keys(COLUMN) as (keyof typeof COLUMN)[]) {
    if (change[key] === undefined) continue;
    columns[COLUMN[key]] = TYPE[COLUMN[key]];
    row[COLUMN[key]] = change[key];
  }
  return { columns, row };
}

/** The nonce is final: all live attempts of the holder end, the mined one with what its receipt said. */
export const closedAttempts: Part = (changes) => {
  const closed = changes.closedAttempts ?? [];
  if (closed.length === 0) return null;
  const mined = closed.flatMap(({ mined: m }) => (m === null ? [] : [{ hash: m.hash, outcome: m.outcome }]));
  const superseded = closed.filter((c) => c.mined !== null).map(({ holderId }) => ({ holder_id: holderId }));
  const lost = closed.filter((c) => c.mined === null).map(({ holderId }) => ({ holder_id: holderId }));
  return async (writing) => {
    const end = (outcome: string): string =>
      writing.dialect.updateRows(
        'attempts',
        { holder_id: 'text' },
        {},
        [`outcome = '${outcome}'`],
        "attempts.outcome = 'live'",
      );
    await writing.run(writing.dialect.updateRows('attempts', { hash: 'text' }, { outcome: 'text' }), mined);
    await writing.run(end('superseded'), superseded);
    await writing.run(end('lost'), lost);
  };
};
