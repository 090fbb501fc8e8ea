import type { Address, SignerKey, TransactionId } from '../../../domain/primitives.ts';
import type { TransactionRequest } from '../../../domain/transaction/request.ts';
import type { Status } from '../../../domain/transaction/transaction.ts';
import type { Doubts } from '../../ports/doubts.ts';
import type { Stranger } from './strangers.ts';

/** A row that asks for the same as a stranger did: most likely the stranger is what became of it. */
export interface Alike {
  readonly id: TransactionId;
  readonly status: Status;
  /** Not always the stranger's: who repeats a request without `from` may be given another signer than the first time. */
  readonly signer: Address;
}

export interface DoubtCounts {
  readonly queuedInDoubt: number;
  readonly failedInDoubt: number;
}

const ROWS_AT_ONCE = 500;

/** The rows in doubt of all these signers, beside all strangers, and how many each signer has. */
export async function alikeRows(
  doubts: Pick<Doubts, 'inDoubt'>,
  signers: readonly SignerKey[],
  strangers: readonly Stranger[],
): Promise<{ readonly alike: ReadonlyMap<Stranger, readonly Alike[]>; readonly counts: Map<Address, DoubtCounts> }> {
  const alike = new Map<Stranger, Alike[]>(strangers.map((one) => [one, []]));
  const counts = new Map<Address, DoubtCounts>();
  for (const key of signers) {
    let [queuedInDoubt, failedInDoubt] = [0, 0];
    let after: TransactionId | null = null;
    for (let full = true; full;) {
      const page = await doubts.inDoubt(key, ROWS_AT_ONCE, after);
      for (const { transaction, request } of page) {
        const { id, status, signer } = transaction;
        if (status === 'queued') queuedInDoubt += 1;
        else failedInDoubt += 1;
        for (const [stranger, rows] of alike) if (isAlike(stranger, request)) rows.push({ id, status, signer });
      }
      after = page.at(-1)?.transaction.id ?? null;
      full = page.length === ROWS_AT_ONCE;
    }
    counts.set(key.address, { queuedInDoubt, failedInDoubt });
  }
  return { alike, counts };
}

/** Of each field whether it is a part of what is paid for: gas and fees are chosen anew each time that something is signed. */
const PAID_FOR = {
  to: true,
  valueWei: true,
  data: true,
  gasLimit: false,
  maxFeePerGasWei: false,
  maxPriorityFeePerGasWei: false,
} as const satisfies Readonly<Record<keyof TransactionRequest, boolean>>;
const FIELDS = (Object.keys(PAID_FOR) as (keyof TransactionRequest)[]).filter((field) => PAID_FOR[field]);

export const isAlike = ({ unsigned }: Pick<Stranger, 'unsigned'>, request: TransactionRequest): boolean =>
  unsigned !== null && FIELDS.every((field) => unsigned[field] === request[field]);
