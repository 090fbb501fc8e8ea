import type { ChangeSet, NewTransaction } from '../../../../application/change-set.ts';
import { figuresOf, isCounted } from '../../../../application/figures/figures-of.ts';
import type { Millis } from '../../../../domain/primitives.ts';
import type { Row } from '../dialect/dialect.ts';
import { DELTA, toBody } from '../figures/body.ts';
import { failures } from './journal.ts';
import { part, type Writing } from './writing.ts';

type Changed = Iterable<readonly [chainId: number, ReadonlyMap<string, number | bigint>]>;

/** What the commit changes of the figures: a row a chain, appended, so that two commits never wait for each other because of them (ADR 0008). */
export const figures = part({
  prepare: (changes) => {
    if (!mayChange(changes)) return null;
    const accepted = (changes.accepted ?? []).map(({ id, chainId, signer }: NewTransaction) => ({
      id,
      chainId,
      signer,
    }));
    return { at: changes.at, moved: figuresOf({ ...changes, accepted: [] }, () => true), accepted };
  },
  write: async (writing, { at, moved, accepted }) => {
    await append(writing, at, moved);
    // Only now is known which of them were created.
    await append(
      writing,
      at,
      figuresOf({ at, accepted }, (id) => !writing.notCreated.has(id)),
    );
  },
});

const mayChange = ({ accepted = [], transactions = [], spent = [] }: ChangeSet): boolean =>
  accepted.length + spent.length > 0 || transactions.some(isCounted);

/**
 * Which failures are open after a change depends on what they were (one that a person closed does not reopen), so they are counted before
 * and after it. Failures are few.
 */
export const countedFailures = part({
  prepare: async (changes, sealing, cipher) => {
    const data = await failures.prepare(changes, sealing, cipher);
    if (data === null) return null;
    const ids = [...new Set((changes.failures ?? []).map(({ transactionId }) => transactionId))].map((id) => ({ id }));
    return { at: changes.at, ids, data };
  },
  write: async (writing, { at, ids, data }) => {
    const before = await openOnes(writing, ids);
    await failures.write(writing, data);
    const changed = new Map<number, Map<string, number>>();
    for (const [rows, by] of [
      [before, -1],
      [await openOnes(writing, ids), 1],
    ] as const) {
      for (const row of rows) {
        const sums = changed.get(row['chain_id'] as number) ?? new Map<string, number>();
        changed.set(row['chain_id'] as number, sums);
        const name = `open:${row['code'] as string}`;
        sums.set(name, (sums.get(name) ?? 0) + by);
      }
    }
    await append(writing, at, changed);
  },
});

const openOnes = (writing: Writing, ids: readonly object[]): Promise<readonly Record<string, unknown>[]> =>
  writing.join(
    't.chain_id, f.code',
    { id: 'text' },
    "failures f ON f.transaction_id = r.id JOIN transactions t ON t.id = r.id WHERE f.state = 'open'",
    ids,
  );

async function append(writing: Writing, at: Millis, changed: Changed): Promise<void> {
  const rows: Row[] = [];
  for (const [chainId, sums] of changed) {
    const body = toBody(sums);
    if (body !== '{}') rows.push({ at, chain_id: chainId, body });
  }
  await writing.insert('figure_deltas', DELTA, rows);
}
