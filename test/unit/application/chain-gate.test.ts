import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/adapters/outbound/system/manual-clock.ts';
import { ChainGate } from '../../../src/application/chain-gate.ts';
import type { Answer, ChainIdentity } from '../../../src/application/ports/chain-node.ts';
import type { ChainCursor } from '../../../src/application/ports/work.ts';
import type { BlockHash, ChainId } from '../../../src/domain/primitives.ts';
import { allHasRun, deferred } from '../../support/deferred.ts';
import { CHAIN } from '../../support/stored.ts';
import { block } from '../../support/transactions.ts';

const GENESIS = block(0).hash;
const identity = (changes: Partial<ChainIdentity> = {}): Answer<ChainIdentity> => ({
  ok: true,
  value: { chainId: CHAIN, genesisHash: GENESIS, clientVersion: 'anvil', ...changes },
});
const AWAY: Answer<ChainIdentity> = { ok: false, error: { transport: 'refused', message: 'ECONNREFUSED' } };

function gateOn(answer: Answer<ChainIdentity>, pinned: BlockHash | null = GENESIS) {
  const clock = new ManualClock();
  const state = { answer, asked: 0, ready: Promise.resolve() };
  const node = {
    identity: async () => {
      state.asked++;
      await state.ready;
      return state.answer;
    },
  };
  const chain: ChainCursor | null =
    pinned === null ? null : { genesisHash: pinned, cursor: null, finalNumber: null, blocks: [] };
  const gate = new ChainGate(CHAIN, node, { chain: async () => chain }, clock);
  return { gate, state, clock };
}

describe('the gate to a chain', () => {
  it('is open where the node shows the chain on record', async () => {
    expect(await gateOn(identity()).gate.state()).toEqual({ kind: 'open' });
  });

  it('is shut where another chain id answers, or another genesis block, and says which', async () => {
    const otherId = await gateOn(identity({ chainId: 5 as ChainId })).gate.state();
    expect(otherId).toEqual({ kind: 'wrongChain', message: 'the node is on chain 5, the record on 31337' });
    const otherGenesis = await gateOn(identity({ genesisHash: block(0, 1).hash })).gate.state();
    expect(otherGenesis).toMatchObject({ kind: 'wrongChain' });
    expect(otherGenesis).toHaveProperty('message', expect.stringContaining(GENESIS));
    expect(otherGenesis).toHaveProperty('message', expect.stringContaining(block(0, 1).hash));
  });

  it('does not know where the node is away, or the chain is not on record', async () => {
    expect(await gateOn(AWAY).gate.state()).toMatchObject({ kind: 'unknown', message: 'ECONNREFUSED' });
    expect(await gateOn(identity(), null).gate.state()).toMatchObject({ kind: 'unknown' });
  });

  it('believes for ten seconds that it is open, then asks again', async () => {
    const { gate, state, clock } = gateOn(identity());
    await gate.state();
    state.answer = identity({ chainId: 5 as ChainId });
    clock.advance(9_999);
    expect(await gate.state()).toEqual({ kind: 'open' });
    clock.advance(1);
    expect(await gate.state()).toMatchObject({ kind: 'wrongChain' });
  });

  it('asks again where the clock has been set back', async () => {
    const { gate, state, clock } = gateOn(identity());
    await gate.state();
    state.answer = identity({ chainId: 5 as ChainId });
    clock.jumpTo(clock.now() - 3_600_000);
    expect(await gate.state()).toMatchObject({ kind: 'wrongChain' });
  });

  it.each([AWAY, identity({ chainId: 5 as ChainId })])('asks every time while it is not open', async (answer) => {
    const { gate, state } = gateOn(answer);
    await gate.state();
    state.answer = identity();
    expect(await gate.state()).toEqual({ kind: 'open' });
  });

  it('asks once for all who ask at the same time', async () => {
    const { gate, state } = gateOn(identity());
    const ready = deferred();
    state.ready = ready.promise;
    const answers = Promise.all([gate.state(), gate.state()]);
    await allHasRun();
    ready.resolve();
    expect(await answers).toEqual([{ kind: 'open' }, { kind: 'open' }]);
    expect(state.asked).toBe(1);
  });

  it('is no dead end where asking breaks', async () => {
    const { gate, state } = gateOn(identity());
    state.ready = Promise.reject(new Error('broken'));
    await expect(gate.state()).rejects.toThrow('broken');
    state.ready = Promise.resolve();
    expect(await gate.state()).toEqual({ kind: 'open' });
  });
});
