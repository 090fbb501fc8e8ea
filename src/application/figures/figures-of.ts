import type { ChangeSet } from '../change-set.ts';
import type { ChainId, TransactionId } from '../../domain/primitives.ts';
import { isOpen } from '../../domain/transaction/transaction.ts';
import { bucketOf, inclusionMs, isInclusion } from './inclusion-times.ts';

/**
 * What a commit changes of the figures, by chain and name (`figures.ts`); that of open failures is counted where they are written. One pass over what is in it anyway,
 * and whatever its size the result is as small as there are signers and statuses.
 * @param created whether an accepted one was created, and is no repetition
 */
export function figuresOf(
  changes: ChangeSet,
  created: (id: TransactionId) => boolean,
): ReadonlyMap<ChainId, ReadonlyMap<string, number | bigint>> {
  const chains = new Map<ChainId, Map<string, number | bigint>>();
  const on = (chainId: ChainId): Map<string, number | bigint> => {
    const known = chains.get(chainId);
    if (known !== undefined) return known;
    const added = new Map<string, number | bigint>();
    chains.set(chainId, added);
    return added;
  };
  for (const { id, chainId, signer } of changes.accepted ?? []) {
    if (!created(id)) continue;
    const sums = on(chainId);
    add(sums, `status:${signer}:queued`, 1);
    add(sums, 'passed:accepted', 1);
  }
  for (const move of changes.transactions ?? []) {
    const { before, after } = move;
    if (before.status === after.status) continue;
    const sums = on(after.chainId);
    add(sums, `status:${after.signer}:${before.status}`, -1);
    add(sums, `status:${after.signer}:${after.status}`, 1);
    if (!isOpen(after.status)) add(sums, `passed:${after.status}`, 1);
    if (!isInclusion(move)) continue;
    add(sums, 'passed:included', 1);
    add(sums, `took:${bucketOf(inclusionMs(move, changes.at))}`, 1);
  }
  for (const { chainId, feesWei } of changes.spent ?? []) {
    const sums = on(chainId);
    sums.set('fees', BigInt(sums.get('fees') ?? 0) + feesWei);
  }
  return chains;
}

function add(sums: Map<string, number | bigint>, name: string, by: number): void {
  sums.set(name, ((sums.get(name) ?? 0) as number) + by);
}
