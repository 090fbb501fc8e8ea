import { decide, wait, type Decision } from '../../../domain/decisions/decision.ts';
import { assignNonces } from '../../../domain/nonce/assign.ts';
import type { FillerState } from '../../../domain/nonce/filler.ts';
import { allocationCeiling } from '../../../domain/nonce/window.ts';
import type { FillerId } from '../../../domain/primitives.ts';
import { waitUncounted } from '../../../domain/retry/count-failure.ts';
import type { Transaction } from '../../../domain/transaction/transaction.ts';
import { changesOf } from '../../changes-of.ts';
import type { LaneState, ReadyRow } from '../../ports/work.ts';
import type { Checked } from './checks.ts';
import type { LaneParts } from './lane-parts.ts';
import type { Round } from './round.ts';

/** A row that holds a nonce, with what is to be signed at it. */
export interface Holding {
  readonly transaction: Transaction;
  readonly request: ReadyRow['request'];
  readonly gasLimit: bigint;
}

export interface Reserved {
  readonly holding: readonly Holding[];
  /** Fillers of holes that nobody took, reserved just now. */
  readonly newFillers: readonly FillerState[];
}

/** Gives nonces to those who have none, holes first, and a filler to each hole that is left. Null where somebody else moved the lane. */
export async function reserve(
  parts: LaneParts,
  lane: LaneState,
  checked: readonly Checked[],
  round: Round,
): Promise<Reserved | null> {
  const { key } = lane.signer;
  const next = lane.signer.nextNonce ?? 0;
  const now = parts.clock.now();
  const seekers = checked
    .filter(({ row }) => row.transaction.heldNonce === null)
    .map(({ row }) => ({ id: row.transaction.id, liveNonce: row.transaction.liveNonce }));
  const assignment = assignNonces(
    next,
    new Set(lane.held.map(({ nonce }) => nonce)),
    seekers,
    allocationCeiling(next, parts.policy.maxInFlight),
  );
  const decisions = new Map<string, Decision>();
  for (const { row } of checked) {
    const nonce = assignment.given.get(row.transaction.id);
    const decision = nonce === undefined ? null : decide(row.transaction, { type: 'NonceReserved', nonce }, { nonce });
    if (decision !== null) decisions.set(row.transaction.id, decision);
  }
  const waiting = assignment.waiting.flatMap((id) => {
    const row = checked.find((c) => c.row.transaction.id === id);
    return row === undefined
      ? []
      : [wait(row.row.transaction, waitUncounted(row.row.transaction.retry, now + parts.policy.pauseMs, 'nonceTaken'))];
  });
  // A gap beyond the window is a wrong count, now or then; a paused signer's is left to the person who looks at it.
  const healed =
    lane.signer.paused !== null && assignment.fillers.length > parts.policy.maxInFlight ? [] : assignment.fillers;
  const newFillers = healed.map((nonce): FillerState => ({
    id: parts.ids.next() as FillerId,
    chainId: key.chainId,
    signer: key.address,
    nonce,
    version: 1,
    status: 'reserved',
    inclusion: null,
    attemptHash: null,
    tries: 0,
    dueAt: now,
  }));
  if (decisions.size + waiting.length + newFillers.length > 0) {
    const result = await round.commit({
      step: newFillers.length > 0 && decisions.size === 0 ? 'filler' : 'reserve',
      at: now,
      ...changesOf([...decisions.values(), ...waiting]),
      newFillers,
      signers: decisions.size + newFillers.length > 0 ? [{ key, expectedVersion: lane.signer.version }] : [],
    });
    if (result.kind === 'conflict') return null;
  }
  const holding = checked.flatMap(({ row, gasLimit }) => {
    const decision = decisions.get(row.transaction.id);
    const transaction: Transaction =
      decision === undefined ? row.transaction : { ...decision.after, version: row.transaction.version + 1 };
    return transaction.heldNonce === null ? [] : [{ transaction, request: row.request, gasLimit }];
  });
  return { holding, newFillers };
}
