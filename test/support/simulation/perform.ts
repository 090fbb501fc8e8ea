import type { AcceptResult, Submission } from '../../../src/application/use-cases/inbound.ts';
import type { Address, TransactionId } from '../../../src/domain/primitives.ts';
import type { RequestChanges } from '../../../src/domain/transaction/request.ts';
import type { Action, Wanted } from './actions.ts';
import type { Fault } from './lifeline.ts';
import type { Parts } from './parts.ts';
import type { Outcome, Slot } from './slot.ts';
import { runLane, track } from './tasks.ts';
import { CHAIN_ID, RICH_WEI, type World } from './world.ts';

export const PAYEES = [`0x${'b0'.repeat(20)}`, `0x${'b1'.repeat(20)}`] as unknown as readonly Address[];
export const CONTRACT = `0x${'c0'.repeat(20)}` as Address;
const GWEI = 10n ** 9n;
const CAPS = { none: null, tight: 3n * GWEI, belowBase: GWEI / 2n } as const;
const GAS = { given: 40_000n, asked: null, tooMuch: 10n ** 13n } as const;
const MONEY = { rich: RICH_WEI, poor: 10n ** 14n, none: 0n } as const;
const OPERATOR = { name: 'user:operator', requestId: null };

function submissionOf(world: World, item: Wanted): Submission {
  const { payee, valueWei, signer, key, gas, cap, call, validForMs } = item;
  return {
    request: {
      to: call ? CONTRACT : (PAYEES[payee] as Address),
      valueWei: BigInt(valueWei),
      data: call ? '0x12345678' : '0x',
      gasLimit: GAS[gas],
      maxFeePerGasWei: CAPS[cap],
      maxPriorityFeePerGasWei: cap === 'tight' ? GWEI : null,
    },
    chainId: CHAIN_ID,
    from: signer === null ? null : (world.keys[signer]?.address ?? null),
    validUntil: validForMs === null ? null : world.clock.now() + validForMs,
    metadata: null,
    idempotencyKey: key === null ? null : `key-${key}`,
  };
}

export const idsOf = (world: World): readonly TransactionId[] =>
  world.query.all<{ id: TransactionId }>('SELECT id FROM transactions ORDER BY id').map((row) => row.id);

/** A process that is free; where both stand still, this one goes on first. */
async function freeSlot(world: World, wanted: 0 | 1): Promise<Slot> {
  const slot = world.slots[wanted] as Slot;
  const other = world.slots[1 - wanted] as Slot;
  if (!slot.stalled) return slot;
  if (!other.stalled) return other;
  await slot.resume(null);
  return slot;
}

const EDITS: { readonly [K in 'none' | 'value' | 'fees']: RequestChanges } = {
  none: {},
  value: { valueWei: 5n },
  fees: { maxFeePerGasWei: null, maxPriorityFeePerGasWei: null, gasLimit: null },
};

async function byProcess<Value>(
  world: World,
  action: { readonly slot: 0 | 1; readonly fault: Fault | null },
  run: (parts: Parts) => Promise<Value>,
): Promise<Outcome<Value>> {
  const slot = await freeSlot(world, action.slot);
  const outcome = await slot.perform(run, action.fault);
  world.say(`   → ${told(outcome)}`);
  return outcome;
}

async function serve(world: World, { slot, mined }: Extract<Action, { type: 'serve' }>): Promise<void> {
  const by = { slot, fault: null };
  await byProcess(world, by, (parts) => parts.relay.run());
  for (const key of world.keys) await byProcess(world, by, (parts) => runLane(parts, key, () => world.clock.now()));
  if (mined === 'next') world.sim.mineNext();
  if (mined === 'any') world.sim.mineAny(() => world.random.next(), 0.8);
  await byProcess(world, by, (parts) => track(parts, 8));
}

/** Does one thing to the world. */
export async function perform(world: World, action: Action): Promise<void> {
  const { clock, sim, queue, keys } = world;
  const now = () => clock.now();
  const passes = world.random.next() < 0.3 ? 2 : 1;
  switch (action.type) {
    case 'submit': {
      const items = action.items.map((item) => submissionOf(world, item));
      await byProcess<readonly AcceptResult[]>(world, action, (parts) => parts.accept.accept('shop', items));
      return;
    }
    case 'relay':
      await byProcess(world, action, (parts) => parts.relay.run());
      return;
    case 'deliver': {
      const wakeUp = queue.take(action.choice, action.fate === 'again');
      if (wakeUp === null || action.fate === 'dropped') return;
      await byProcess(world, action, (parts) => runLane(parts, wakeUp.signer, now, passes));
      return;
    }
    case 'lane': {
      const key = keys[action.signer];
      if (key !== undefined) await byProcess(world, action, (parts) => runLane(parts, key, now, passes));
      return;
    }
    case 'track':
      await byProcess(world, action, (parts) => track(parts, action.turns));
      return;
    case 'sweep':
      await byProcess(world, action, (parts) => parts.sweep.run());
      return;
    case 'retry': {
      const failed = world.query.all<{ id: TransactionId }>(
        `SELECT id FROM transactions WHERE status = 'failed' ORDER BY id`,
      );
      const all = failed.length > 0 ? failed.map((row) => row.id) : idsOf(world);
      const id = all[action.choice % Math.max(all.length, 1)];
      if (id === undefined) return;
      const changes =
        action.edit === 'validUntil'
          ? { validUntil: clock.now() + 30_000 }
          : { ...EDITS[action.edit], validUntil: null };
      await byProcess(world, action, (parts) =>
        parts.retry.retry({ id, actor: OPERATOR, reason: 'again', changes, expectedVersions: null }),
      );
      return;
    }
    case 'cancel': {
      const all = idsOf(world);
      const id = all[action.choice % Math.max(all.length, 1)];
      if (id === undefined) return;
      await byProcess(world, action, (parts) =>
        parts.cancel.cancel({ id, actor: OPERATOR, client: null, reason: 'no more', expectedVersions: null }),
      );
      return;
    }
    case 'resume': {
      const slot = world.slots[action.slot] as Slot;
      if (slot.stalled) world.say(`   → ${told(await slot.resume(action.fault))}`);
      return;
    }
    case 'kill':
      return world.slots[action.slot]?.kill();
    case 'orphan':
      return world.slots[action.slot]?.resumeOrphan();
    case 'weather':
      world.setWeather(action.slot, action.weather);
      return;
    case 'signing':
      world.scripted[action.signer]?.answer(action.answer);
      return;
    case 'mineNext':
      sim.mineNext();
      return;
    case 'mineNone':
      sim.mineNone(action.blocks);
      return;
    case 'mineAny':
      world.say(`   → ${sim.mineAny(() => world.random.next(), action.appetite).join()}`);
      return;
    case 'foreign': {
      const signer = world.strangers[action.signer];
      if (signer !== undefined) await sim.foreignUse(signer, action.count, action.mined);
      return;
    }
    case 'reorg':
      world.say(`   → ${sim.reorg(action.depth, action.backToMempool)} blocks`);
      for (let i = 0; i < action.regrow; i++) sim.mineAny(() => world.random.next(), action.appetite);
      return;
    case 'serve':
      return serve(world, action);
    case 'evict': {
      const hashes = sim.chain.mempool.hashes();
      const hash = hashes[action.choice % Math.max(hashes.length, 1)];
      if (hash !== undefined) sim.chain.mempool.remove(hash);
      return;
    }
    case 'clock':
      clock.advance(action.ms);
      return;
    case 'fund': {
      const key = keys[action.signer];
      if (key !== undefined) world.fund(key.address, MONEY[action.money]);
      return;
    }
    case 'contract':
      sim.chain.code.set(CONTRACT, { revertsWith: action.reverts ? '0x' : null });
      return;
    case 'baseFee':
      if (sim.chain.baseFeePerGasWei !== null) sim.chain.baseFeePerGasWei = BigInt(action.gwei * 10) * (GWEI / 10n);
      return;
    case 'wipeQueue':
      queue.wipe();
      return;
  }
}

/** Wei is bigint. */
const told = (outcome: unknown): string =>
  JSON.stringify(outcome, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
