import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/adapters/outbound/system/manual-clock.ts';
import type { SignerRow } from '../../../src/application/ports/work.ts';
import { SignerChooser } from '../../../src/application/use-cases/choose-signer.ts';
import type { Address, ChainId, SignerKey } from '../../../src/domain/primitives.ts';
import { allHasRun, deferred } from '../../support/deferred.ts';
import { CHAIN } from '../../support/stored.ts';

const [A, B, C] = ['aa', 'bb', 'cc'].map((byte) => `0x${byte.repeat(20)}` as Address) as [Address, Address, Address];
const key = (address: Address, chainId = CHAIN): SignerKey => ({ chainId, address });

function chooser(
  open: Record<string, number> = {},
  paused: readonly Address[] = [],
  restored: readonly Address[] = [],
  empty: readonly Address[] = [],
) {
  const since = { restored: { at: 0, takenAt: 0, cursor: null, nextNonce: null } };
  const clock = new ManualClock();
  const keys = [key(A), key(B), key(C), key(`0x${'dd'.repeat(20)}` as Address, 5 as ChainId)];
  const state = { open, counted: 0, answer: Promise.resolve() };
  const rows = [A, B, C].map((address): SignerRow => {
    const waits = restored.includes(address) ? since : {};
    const reason = [...paused, ...restored].includes(address) ? { reason: 'reorg', at: 0, ...waits } : null;
    return {
      key: key(address),
      version: 1,
      nextNonce: 0,
      balanceWei: empty.includes(address) ? 0n : 1n,
      paused: reason,
    };
  });
  const signer = { address: A, label: 'dev:0', sign: () => Promise.resolve([]) };
  const find = ({ chainId, address }: SignerKey) =>
    keys.some((one) => one.chainId === chainId && one.address === address) ? signer : null;
  const load = async (): Promise<Map<Address, number>> => {
    state.counted++;
    await state.answer;
    return new Map(Object.entries(state.open) as [Address, number][]);
  };
  const one = new SignerChooser({
    signers: { list: () => keys, find },
    work: { load, signers: () => Promise.resolve(rows) },
    clock,
  });
  const choose = async (count: number): Promise<(Address | null)[]> => {
    const chosen = [];
    for (let i = 0; i < count; i++) chosen.push(await one.leastBusy(CHAIN));
    return chosen;
  };
  return { one, choose, state, clock };
}

describe('the choice of a signer', () => {
  it('falls on the least busy one, counting what was given out since', async () => {
    const { choose } = chooser({ [A]: 3, [B]: 1 });
    expect(await choose(6)).toEqual([C, B, C, B, C, A]);
  });

  it('avoids paused ones', async () => {
    const { choose } = chooser({ [A]: 7, [C]: 5 }, [B]);
    expect(await choose(3)).toEqual([C, C, A]);
  });

  it('avoids those without money, whose transactions fail and leave them idle', async () => {
    expect(await chooser({ [A]: 7, [C]: 5 }, [], [], [B]).choose(3)).toEqual([C, C, A]);
    expect(await chooser({ [A]: 1, [B]: 2 }, [C], [], [A, B, C]).choose(2)).toEqual([A, A]);
  });

  it('takes a paused one where all are paused', async () => {
    const { choose } = chooser({ [A]: 1, [B]: 2 }, [A, B, C]);
    expect(await choose(2)).toEqual([C, A]);
  });

  it('takes none but those that wait for the decision after a restore, while any does', async () => {
    const { choose } = chooser({ [A]: 9, [B]: 2 }, [C], [A]);
    expect(await choose(2)).toEqual([A, A]);
    expect(await chooser({ [A]: 2, [B]: 0, [C]: 1 }, [], [A, C]).choose(2)).toEqual([C, A]);
  });

  it('counts once a second, however many ask', async () => {
    const { one, choose, state, clock } = chooser();
    const gate = deferred();
    state.answer = gate.promise;
    const answers = Promise.all([one.leastBusy(CHAIN), one.leastBusy(CHAIN), one.leastBusy(CHAIN)]);
    await allHasRun();
    gate.resolve();
    expect(await answers).toEqual([A, B, C]);
    await choose(5);
    expect(state.counted).toBe(1);
    state.open = { [A]: 9, [B]: 0, [C]: 9 };
    clock.advance(1_000);
    expect(await choose(1)).toEqual([B]);
    expect(state.counted).toBe(2);
  });

  it('counts anew where the clock has been set back', async () => {
    const { choose, state, clock } = chooser();
    await choose(1);
    state.open = { [A]: 9, [B]: 9, [C]: 0 };
    clock.jumpTo(clock.now() - 3_600_000);
    expect(await choose(1)).toEqual([C]);
  });

  it('asks again where counting failed', async () => {
    const { choose, state } = chooser();
    state.answer = Promise.reject(new Error('the database is away'));
    await expect(choose(1)).rejects.toThrow('away');
    state.answer = Promise.resolve();
    expect(await choose(1)).toEqual([A]);
  });

  it('gives no signer of another chain', async () => {
    const { one } = chooser();
    expect(await one.leastBusy(7 as ChainId)).toBeNull();
    expect(one.known(key(A))).toBe(A);
    expect(one.known(key(A, 5 as ChainId))).toBeNull();
  });
});
