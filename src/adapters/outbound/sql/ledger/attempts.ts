import type { AttemptChange } from '../../../../application/change-set.ts';
import type { HolderId } from '../../../../domain/primitives.ts';
import type { Columns, Row } from '../dialect/dialect.ts';
import { attemptPlace, hexToBytes, utf8 } from '../content.ts';
import { ConflictSignal } from './conflict-signal.ts';
import { groupByColumns } from './group-by-columns.ts';
import { part } from './writing.ts';

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
 * another holder's are a conflict, or one mined transaction would count for two; so are bytes that were written off, which would not be looked
 * for.
 */
export const newAttempts = part({
  prepare: (changes, sealing) => {
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
      sealing.add(attemptPlace('raw', a.hash), hexToBytes(a.raw), (sealed) => {
        row['raw'] = sealed;
      });
      return row;
    });
    return rows;
  },
  write: async (writing, rows) => {
    const there = await writing.insertNew('attempts', ATTEMPT, rows);
    const others = await writing.join(
      'r.holder_id',
      { hash: 'text', holder_id: 'text' },
      "attempts a ON a.hash = r.hash WHERE a.holder_id <> r.holder_id OR a.outcome <> 'live'",
      there.map((row) => ({ hash: row['hash'], holder_id: row['holder_id'] })),
    );
    if (others.length > 0)
      throw new ConflictSignal(
        'hash',
        others.map((row) => row['holder_id'] as HolderId),
      );
  },
});

const CHANGING = {
  sending_since: 'integer',
  published_at: 'integer',
  unknown_looks: 'integer',
  outcome: 'text',
  error_class: 'text',
  error_message: 'blob',
} as const satisfies Columns;

/** Only what is named changes. */
export const attemptChanges = part({
  prepare: (changes, sealing) => {
    const rows = (changes.attempts ?? []).map((change): Row => {
      const row = changedColumns(change);
      if (change.error === undefined) return row;
      const message = change.error === null ? null : utf8(change.error.message);
      row['error_class'] = change.error?.class ?? null;
      row['error_message'] = null; // named already: rows are grouped by their columns before anything is sealed
      sealing.add(attemptPlace('error_message', change.hash), message, (sealed) => {
        row['error_message'] = sealed;
      });
      return row;
    });
    if (rows.length === 0) return null;
    return groupByColumns(CHANGING, rows);
  },
  write: async (writing, groups) => {
    for (const group of groups)
      await writing.update({ table: 'attempts', keys: { hash: 'text' }, sets: group.sets }, group.rows);
  },
});

const changedColumns = ({ hash, sendingSince, publishedAt, unknownLooks, outcome }: AttemptChange): Row => ({
  hash,
  ...(sendingSince === undefined ? {} : { sending_since: sendingSince }),
  ...(publishedAt === undefined ? {} : { published_at: publishedAt }),
  ...(unknownLooks === undefined ? {} : { unknown_looks: unknownLooks }),
  ...(outcome === undefined ? {} : { outcome }),
});

/** The nonce is final: all live attempts of the holder end, the mined one with what its receipt said. */
export const closedAttempts = part({
  prepare: (changes) => {
    const closed = changes.closedAttempts ?? [];
    if (closed.length === 0) return null;
    const mined = closed.flatMap(({ mined: m }) => (m === null ? [] : [{ hash: m.hash, outcome: m.outcome }]));
    const others = closed.map(({ holderId, mined: m }): Row => ({
      holder_id: holderId,
      outcome: m === null ? 'lost' : 'superseded',
    }));
    return { mined, others };
  },
  write: async (writing, { mined, others }) => {
    const sets: Columns = { outcome: 'text' };
    await writing.update({ table: 'attempts', keys: { hash: 'text' }, sets }, mined);
    await writing.update({ table: 'attempts', keys: { holder_id: 'text' }, sets, where: "outcome = 'live'" }, others);
  },
});
