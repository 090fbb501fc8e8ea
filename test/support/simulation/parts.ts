import { DirectEndpointTwo } from '../../../src/adapters/outbound/endpoint-two/direct-endpoint-two.ts';
import { SqlLeases } from '../../../src/adapters/outbound/sql/leases.ts';
import { SqlLedger } from '../../../src/adapters/outbound/sql/ledger/sql-ledger.ts';
import { SqlOutbox } from '../../../src/adapters/outbound/sql/outbox.ts';
import { SqlViews } from '../../../src/adapters/outbound/sql/reads/sql-views.ts';
import { SqlWork } from '../../../src/adapters/outbound/sql/reads/sql-work.ts';
import { sqlite } from '../../../src/adapters/outbound/sql/dialect/sqlite.ts';
import { ChainGate } from '../../../src/application/chain-gate.ts';
import { FeeMarket } from '../../../src/application/market.ts';
import type { ChainNode } from '../../../src/application/ports/chain-node.ts';
import type { EndpointTwo } from '../../../src/application/ports/endpoint-two.ts';
import type { Ledger } from '../../../src/application/ports/ledger.ts';
import type { ChangeSet } from '../../../src/application/change-set.ts';
import type { Leases } from '../../../src/application/ports/leases.ts';
import type { Log, Metrics } from '../../../src/application/ports/observability.ts';
import type { SignerDirectory } from '../../../src/application/ports/signer.ts';
import type { WakeUpQueue } from '../../../src/application/ports/wake-up-queue.ts';
import { IntakePressure } from '../../../src/application/use-cases/accept/intake-pressure.ts';
import { Accept } from '../../../src/application/use-cases/accept.ts';
import { Cancel } from '../../../src/application/use-cases/cancel.ts';
import { SignerChooser } from '../../../src/application/use-cases/choose-signer.ts';
import { RunLane } from '../../../src/application/use-cases/lane/run-lane.ts';
import { RelayWakeUps } from '../../../src/application/use-cases/relay-wake-ups.ts';
import { Retry } from '../../../src/application/use-cases/retry.ts';
import { Sweep } from '../../../src/application/use-cases/sweep.ts';
import { TrackBlocks } from '../../../src/application/use-cases/track/track-blocks.ts';
import { ValidateBroadcast } from '../../../src/application/use-cases/validate-and-broadcast.ts';
import type { Lifeline } from './lifeline.ts';
import { policyOf } from './settings.ts';
import { CHAIN_ID, type World } from './world.ts';

/** The use cases of one process, as they are; everything that they reach is outside of it and outlives it. */
export interface Parts {
  readonly accept: Accept;
  readonly cancel: Cancel;
  readonly retry: Retry;
  readonly relay: RelayWakeUps;
  readonly runLane: RunLane;
  readonly track: TrackBlocks;
  readonly sweep: Sweep;
  readonly leases: Leases;
  readonly queue: WakeUpQueue;
}

/** Tells the world which conflicts there were. */
class CountingLedger implements Ledger {
  constructor(
    private readonly world: World,
    private readonly ledger: Ledger,
  ) {}

  async commit(changes: ChangeSet): ReturnType<Ledger['commit']> {
    const result = await this.ledger.commit(changes);
    if (result.kind === 'conflict') this.world.count(`conflict ${result.reason}`);
    return result;
  }
}

const SILENT: Metrics = {
  count: () => undefined,
  observe: () => undefined,
  gauge: () => undefined,
  observeAll: () => undefined,
};

function foundation(world: World, life: Lifeline, node: ChainNode) {
  const { knex, cipher, clock, random, codec, settings } = world;
  const say =
    (level: string) =>
    (fields: Readonly<Record<string, unknown>>, message: string): void =>
      world.say(`      ${level}: ${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
  const work = life.wrap('work', new SqlWork(knex, sqlite, cipher));
  const chain = life.wrap('node', node);
  return {
    work,
    node: chain,
    ledger: life.wrap(
      'ledger',
      new CountingLedger(world, new SqlLedger({ knex, dialect: sqlite, cipher, now: () => clock.now() })),
    ),
    codec: life.wrap('codec', codec),
    gate: new ChainGate(CHAIN_ID, chain, work, clock),
    clock,
    random,
    log,
    metrics: SILENT,
    policy: policyOf(settings),
  };
}

export function endpointTwo(world: World, life: Lifeline, node: ChainNode): EndpointTwo {
  const parts = foundation(world, life, node);
  return new DirectEndpointTwo(new ValidateBroadcast({ ...parts, chainId: CHAIN_ID, sendBudgetMs: 20_000 }));
}

export function makeParts(world: World, life: Lifeline, node: ChainNode, endpointTwo: EndpointTwo): Parts {
  const parts = foundation(world, life, node);
  const { knex, cipher, clock, ids, settings } = world;
  const { work, ledger } = parts;
  const views = life.wrap('views', new SqlViews(knex, sqlite, cipher, () => clock.now()));
  const queue = life.wrap('queue', world.queue);
  const signers: SignerDirectory = {
    list: () => world.signers.list(),
    find: (key) => {
      const signer = world.signers.find(key);
      return signer === null ? null : life.wrap('signer', signer);
    },
  };
  const pressure = new IntakePressure(clock);
  const lane = {
    ...parts,
    signers,
    endpointTwo: life.wrap('endpointTwo', endpointTwo),
    market: new FeeMarket(parts.node, clock),
    ids,
  };
  return {
    accept: new Accept({
      ledger,
      clock,
      ids,
      chooser: new SignerChooser({ signers, work, clock }),
      chainIds: [CHAIN_ID],
      pressure,
    }),
    cancel: new Cancel({ work, views, ledger, clock }),
    retry: new Retry({ work, views, ledger, clock }),
    relay: new RelayWakeUps({
      outbox: life.wrap('outbox', new SqlOutbox(knex)),
      queue,
      letters: life.wrap('letters', world.letters),
      metrics: SILENT,
      clock,
    }),
    runLane: new RunLane(lane, pressure),
    track: new TrackBlocks({
      ...parts,
      chainId: CHAIN_ID,
      confirmations: settings.confirmations,
      maxInFlight: settings.maxInFlight,
      signers,
    }),
    sweep: new Sweep({ ...parts, queue }),
    leases: life.wrap('leases', new SqlLeases(knex, () => clock.now())),
    queue,
  };
}
