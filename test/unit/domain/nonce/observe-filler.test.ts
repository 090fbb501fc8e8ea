import { describe, expect, it } from 'vitest';
import { isFinished, type FillerState } from '../../../../src/domain/nonce/filler.ts';
import {
  fillerIncluded,
  fillerReorged,
  fillerSettled,
  fillerSigned,
  fillerWaits,
} from '../../../../src/domain/nonce/observe-filler.ts';
import type { ChainId, FillerId } from '../../../../src/domain/primitives.ts';
import { block, NOW, SIGNER, txHash } from '../../../support/transactions.ts';

type FillerStatus = FillerState['status'];
const filler = (status: FillerStatus, changes: Partial<FillerState> = {}): FillerState => ({
  id: '0197a000-0000-7000-8000-00000000000f' as FillerId,
  chainId: 31337 as ChainId,
  signer: SIGNER,
  nonce: 7,
  version: 2,
  status,
  inclusion: status === 'included' || status === 'done' ? { block: block(40), hash: txHash(1) } : null,
  attemptHash: status === 'reserved' ? null : txHash(1),
  tries: 0,
  dueAt: NOW - 1,
  ...changes,
});

const MOVES: Record<string, (state: FillerState) => FillerState | null> = {
  signed: (state) => fillerSigned(state, txHash(2), NOW),
  included: (state) => fillerIncluded(state, block(41), txHash(1)),
  reorged: (state) => fillerReorged(state, NOW),
  settled: fillerSettled,
  waits: (state) => fillerWaits(state, NOW, 1_000),
};

/** What becomes of a filler; a dash where nothing does. */
const TABLE: Record<string, Record<FillerStatus, FillerStatus | '-'>> = {
  signed: { reserved: 'open', open: 'open', included: '-', done: '-', lost: '-' },
  included: { reserved: '-', open: 'included', included: '-', done: '-', lost: '-' },
  reorged: { reserved: '-', open: '-', included: 'open', done: '-', lost: '-' },
  settled: { reserved: 'lost', open: 'lost', included: 'done', done: '-', lost: '-' },
  waits: { reserved: 'reserved', open: 'open', included: '-', done: '-', lost: '-' },
};

describe('a filler', () => {
  it.each(
    Object.entries(TABLE).flatMap(([move, row]) =>
      Object.entries(row).map(([from, to]) => ({ move, from: from as FillerStatus, to })),
    ),
  )('$from, $move: $to', ({ move, from, to }) => {
    const after = MOVES[move]?.(filler(from));
    if (to === '-') expect(after).toBeNull();
    else expect(after).toMatchObject({ status: to, nonce: 7, id: filler(from).id });
  });

  it('remembers its block while it is in one', () => {
    const there = fillerIncluded(filler('open'), block(41), txHash(1));
    expect(there).toMatchObject({ inclusion: { block: block(41), hash: txHash(1) }, dueAt: null });
    expect(there && fillerReorged(there, NOW)).toMatchObject({ inclusion: null, dueAt: NOW });
  });

  it('is sent with its newest bytes', () => {
    expect(fillerSigned(filler('open'), txHash(2), NOW + 5)).toMatchObject({ attemptHash: txHash(2), dueAt: NOW + 5 });
  });

  it('is finished when its nonce is final, whosever bytes it was', () => {
    const finished = (['reserved', 'open', 'included', 'done', 'lost'] as const).filter((s) => isFinished(filler(s)));
    expect(finished).toEqual(['done', 'lost']);
    expect(fillerSettled(filler('included'))).toMatchObject({ dueAt: null });
  });

  it.each([
    [0, 1_000],
    [1, 2_000],
    [5, 32_000],
    [6, 60_000],
    [1_000, 60_000],
  ])('never fails: after %i tries it waits %i ms', (tries, waitMs) => {
    expect(fillerWaits(filler('open', { tries }), NOW, 1_000)).toMatchObject({ tries: tries + 1, dueAt: NOW + waitMs });
  });
});
