import type { ChangeSet, NewTransaction } from '../change-set.ts';
import type { Address, ChainId, TransactionId } from '../../domain/primitives.ts';
import { isOpen, type Status } from '../../domain/transaction/transaction.ts';
import { bucketOf, inclusionMs, isInclusion } from './inclusion-times.ts';

type Changed = ReadonlyMap<ChainId, ReadonlyMap<string, number | bigint>>;

/** What of a change set is counted. */
type Counted = Pick<ChangeSet, 'at' | 'transactions' | 'spent'> & {
  readonly accepted?: readonly Pick<NewTransaction, 'id' | 'chainId' | 'signer'>[];
};

/** Rows of one signer that went the same way, one behind the other: names are put together once for all of them. */
interface Run {
  readonly chainId: ChainId;
  readonly signer: Address;
  /** Another one where an adoption after a restore gives the row to the signer that has paid it. */
  readonly fromSigner: Address;
  /** Null: accepted. */
  readonly from: Status | null;
  readonly to: Status;
  length: number;
}

/**
 * What a commit changes of the figures, by chain and name (`figures.ts`); that of open failures is counted where they are written. One pass
 * over what is in it anyway, and whatever its size the result is as small as there are signers and statuses.
 * @param created whether an accepted one was created, and is no repetition
 */
export function figuresOf(changes: Counted, created: (id: TransactionId) => boolean): Changed {
  const counting = new Counting();
  for (const { id, chainId, signer } of changes.accepted ?? [])
    if (created(id)) counting.went({ chainId, signer, fromSigner: signer, from: null, to: 'queued' });
  for (const move of changes.transactions ?? []) {
    const { before, after } = move;
    if (!isCounted(move)) continue;
    const { chainId, signer } = after;
    counting.went({ chainId, signer, fromSigner: before.signer, from: before.status, to: after.status });
    if (isInclusion(move)) counting.included(after.chainId, bucketOf(inclusionMs(move, changes.at)));
  }
  for (const { chainId, feesWei } of changes.spent ?? []) counting.paid(chainId, feesWei);
  return counting.sums();
}

/** Levels are those of a signer and a status. */
export const isCounted = ({ before, after }: NonNullable<ChangeSet['transactions']>[number]): boolean =>
  before.status !== after.status || before.signer !== after.signer;

class Counting {
  private readonly chains = new Map<ChainId, Map<string, number | bigint>>();
  private readonly times = new Map<ChainId, Map<number, number>>();
  private run: Run | null = null;

  went(one: Omit<Run, 'length'>): void {
    const { run } = this;
    if (run !== null && isSameWay(run, one)) {
      run.length += 1;
      return;
    }
    this.endRun();
    this.run = { ...one, length: 1 };
  }

  included(chainId: ChainId, bucket: number): void {
    const counts = this.times.get(chainId) ?? new Map<number, number>();
    this.times.set(chainId, counts);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }

  paid(chainId: ChainId, feesWei: bigint): void {
    const sums = this.on(chainId);
    sums.set('fees', BigInt(sums.get('fees') ?? 0) + feesWei);
  }

  sums(): Changed {
    this.endRun();
    for (const [chainId, counts] of this.times) {
      const sums = this.on(chainId);
      for (const [bucket, count] of counts) {
        add(sums, 'passed:included', count);
        add(sums, `took:${bucket}`, count);
      }
    }
    return this.chains;
  }

  private endRun(): void {
    if (this.run === null) return;
    const { chainId, signer, fromSigner, from, to, length } = this.run;
    const sums = this.on(chainId);
    add(sums, `status:${signer}:${to}`, length);
    if (from === null) add(sums, 'passed:accepted', length);
    else add(sums, `status:${fromSigner}:${from}`, -length);
    if (from !== to && !isOpen(to)) add(sums, `passed:${to}`, length);
  }

  private on(chainId: ChainId): Map<string, number | bigint> {
    const known = this.chains.get(chainId);
    if (known !== undefined) return known;
    const added = new Map<string, number | bigint>();
    this.chains.set(chainId, added);
    return added;
  }
}

const isSameWay = (a: Omit<Run, 'length'>, b: Omit<Run, 'length'>): boolean =>
  a.to === b.to &&
  a.from === b.from &&
  a.signer === b.signer &&
  a.fromSigner === b.fromSigner &&
  a.chainId === b.chainId;

function add(sums: Map<string, number | bigint>, name: string, by: number): void {
  sums.set(name, ((sums.get(name) ?? 0) as number) + by);
}
