import type { Slot } from './slot.ts';
import { broken, holes } from './invariants.ts';
import { CONTRACT } from './perform.ts';
import { runLane, track } from './tasks.ts';
import { CALM } from './weather.ts';
import { RICH_WEI, type World } from './world.ts';

const ROUNDS = 150;
const GWEI = 10n ** 9n;

interface Open {
  readonly id: string;
  readonly status: string;
}

const stillOpen = (world: World): readonly Open[] =>
  world.query.all<Open>(
    `SELECT id, status FROM transactions WHERE status IN ('queued', 'signed', 'broadcast', 'included')
     UNION ALL SELECT id, status FROM fillers WHERE status IN ('reserved', 'open', 'included')
     UNION ALL SELECT holder_id AS id, 'holds' AS status FROM held_nonces`,
  );

/** The weather clears: nodes are honest, there is money, nobody dies any more, and what stood still goes on. */
async function clear(world: World): Promise<void> {
  world.slots.forEach((_, i) => world.setWeather(i, CALM));
  for (const slot of world.slots) {
    while (slot.hasOrphans) await slot.resumeOrphan();
    if (slot.stalled) await slot.resume(null);
  }
  world.sim.chain.code.set(CONTRACT, { revertsWith: null });
  if (world.sim.chain.baseFeePerGasWei !== null) world.sim.chain.baseFeePerGasWei = (2n * GWEI) / 5n;
  for (const { address } of world.keys) world.fund(address, RICH_WEI);
}

async function oneRound(world: World, slot: Slot): Promise<void> {
  const done = async <Value>(name: string, run: Parameters<Slot['perform']>[0]): Promise<Value> => {
    const outcome = await slot.perform(run, null);
    if (outcome.kind !== 'done') throw new Error(`${name} was ${outcome.kind}`);
    return outcome.value as Value;
  };
  await done('sweep', (parts) => parts.sweep.run());
  while (await done('relay', (parts) => parts.relay.run()));
  for (let wakeUp = world.queue.take(0); wakeUp !== null; wakeUp = world.queue.take(0)) {
    const { signer } = wakeUp;
    await done('lane', (parts) => runLane(parts, signer, () => world.clock.now()));
  }
  await done('track', (parts) => track(parts, 400));
  world.sim.mineNext();
}

/**
 * Runs all loops until nothing is open any more. Wake-ups come from the relay, the lanes and the sweeper alone, so what nobody wakes
 * shows as stuck. @returns what is wrong
 */
export async function calm(world: World): Promise<readonly string[]> {
  await clear(world);
  for (let round = 0; round < ROUNDS; round++) {
    // A person lets paused signers go on.
    await world.unpause();
    await oneRound(world, world.slots[round % 2] as Slot);
    const found = broken(world);
    if (found.length > 0) return found;
    // As the last lane pass was fair, and the record is at the chain's head: no hole is left.
    world.clock.advance(round < 8 ? 5_000 : 150_000);
    if (round > 3 && stillOpen(world).length === 0)
      return world.keys.flatMap(({ address }) => holes(world, address)).map(String);
  }
  return [`stuck: ${JSON.stringify(stillOpen(world).slice(0, 6))}`];
}
