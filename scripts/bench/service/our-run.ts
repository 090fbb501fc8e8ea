import type { Anvil } from '../../../test/support/anvil.ts';
import type { ServerProcess } from '../../../test/support/server-process.ts';
import type { Address } from '../../../src/domain/primitives.ts';
import { MinedCount } from '../chain/mined-count.ts';
import { assertPaidOnce } from '../chain/paid-once.ts';
import { batchBodies, postBatches } from '../load/post-batches.ts';
import type { Payment } from '../load/payments.ts';
import { assertAllConfirmed, nothingOpen } from './confirmed-in-record.ts';

export interface OurRun {
  /** First POST → last mined, transactions a second. */
  readonly minedPerSecond: number;
  /** First POST → last confirmed in the record. */
  readonly confirmedPerSecond: number;
  /** First POST → last answer. */
  readonly acceptedPerSecond: number;
}

export interface OurLoad {
  readonly payments: readonly Payment[];
  readonly signers: readonly Address[];
  readonly estimate: boolean;
  /** Called around what is measured: before the first POST, and when the last one is confirmed. */
  readonly onBegin?: (mined: MinedCount) => void;
  readonly onEnd?: () => void | Promise<void>;
}

/** Posts everything in batches, waits for the end, and then holds chain and record to what was asked for. */
export async function ourRun(
  chain: Anvil,
  server: ServerProcess,
  { payments, signers, estimate, onBegin, onEnd }: OurLoad,
): Promise<OurRun> {
  const bodies = batchBodies(payments, estimate);
  const mined = await MinedCount.open(chain.url, signers);
  onBegin?.(mined);
  const since = new Date();
  const startedAt = performance.now();
  const perSecond = (endedAt: number): number => payments.length / ((endedAt - startedAt) / 1_000);
  const posting = postBatches(server.origin, bodies).then((ids) => ({ ids, at: performance.now() }));
  const [minedAt, posted] = await Promise.all([mined.reached(payments.length), posting]);
  const confirmedAt = await nothingOpen(server.origin);
  await onEnd?.();
  await mined.close();
  const hashes = await assertPaidOnce(chain.url, payments);
  await assertAllConfirmed(server.origin, { ids: posted.ids, since, hashes });
  return {
    minedPerSecond: perSecond(minedAt),
    confirmedPerSecond: perSecond(confirmedAt),
    acceptedPerSecond: perSecond(posted.at),
  };
}
