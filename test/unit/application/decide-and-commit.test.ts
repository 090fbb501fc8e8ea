import { describe, expect, it } from 'vitest';
import type { ChangeSet } from '../../../src/application/change-set.ts';
import { decideAndCommit } from '../../../src/application/decide-and-commit.ts';
import type { Committed, Conflict, Ledger } from '../../../src/application/ports/ledger.ts';
import { SignallingLedger } from '../../../src/application/signalling-ledger.ts';

const changes: ChangeSet = { step: 'settle', at: 1 };
const COMMITTED: Committed = { kind: 'committed', accepted: [], outbox: 7 };
const conflict = (reason: Conflict['reason']): Conflict => ({ kind: 'conflict', reason, ids: [] });

/** Gives these results one after the other, the last one for good. */
function ledgerOf(...results: readonly (Committed | Conflict)[]): Ledger & { commits: number } {
  const ledger = {
    commits: 0,
    commit: async () => results[Math.min(ledger.commits++, results.length - 1)] as Committed | Conflict,
  };
  return ledger;
}

describe('load, decide, commit', () => {
  it('commits what was decided, once', async () => {
    const ledger = ledgerOf(COMMITTED);
    expect(await decideAndCommit(ledger, async () => changes)).toBe(COMMITTED);
    expect(ledger.commits).toBe(1);
  });

  it('commits nothing where there is nothing to do', async () => {
    const ledger = ledgerOf(COMMITTED);
    expect(await decideAndCommit(ledger, async () => null)).toEqual({ kind: 'nothing' });
    expect(ledger.commits).toBe(0);
  });

  it('loads and decides anew where rows moved meanwhile', async () => {
    const ledger = ledgerOf(conflict('version'), conflict('signer'), COMMITTED);
    let rounds = 0;
    const round = async (): Promise<ChangeSet> => ({ ...changes, at: ++rounds });
    expect(await decideAndCommit(ledger, round)).toBe(COMMITTED);
    expect(rounds).toBe(3);
  });

  it('says so where it loses again and again: the sweeper comes back to it', async () => {
    const ledger = ledgerOf(conflict('version'));
    expect(await decideAndCommit(ledger, async () => changes)).toEqual(conflict('version'));
    expect(ledger.commits).toBe(5);
  });

  it('gives up at once where the lease has passed on', async () => {
    const ledger = ledgerOf(conflict('fence'), COMMITTED);
    expect(await decideAndCommit(ledger, async () => changes)).toEqual(conflict('fence'));
    expect(ledger.commits).toBe(1);
  });

  it('gives up at once where the conflict is none that the caller wants another round for', async () => {
    const ledger = ledgerOf(conflict('version'), conflict('cursor'), COMMITTED);
    expect(await decideAndCommit(ledger, async () => changes, ['version'])).toEqual(conflict('cursor'));
    expect(ledger.commits).toBe(2);
  });
});

describe('a ledger that signals', () => {
  const told = async (result: Committed | Conflict): Promise<readonly number[]> => {
    const sequences: number[] = [];
    const ledger = new SignallingLedger(ledgerOf(result), {
      onOutbox: (sequence) => sequences.push(sequence),
      onEvents: () => undefined,
    });
    expect(await ledger.commit(changes)).toBe(result);
    return sequences;
  };

  it('tells of a commit that has something to publish, and of no other', async () => {
    expect(await told(COMMITTED)).toEqual([7]);
    expect(await told({ ...COMMITTED, outbox: null })).toEqual([]);
    expect(await told(conflict('version'))).toEqual([]);
  });
});
