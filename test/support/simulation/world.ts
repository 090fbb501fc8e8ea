import type { Knex } from 'knex';
import { chooseCodec } from '../../../src/adapters/outbound/codec/choose.ts';
import { LocalFieldCipher } from '../../../src/adapters/outbound/crypto/local-field-cipher.ts';
import { MemoryDeadLetters } from '../../../src/adapters/outbound/messaging/memory/dead-letters.ts';
import { createDevSigner } from '../../../src/adapters/outbound/signing/dev-signer.ts';
import { createSignerDirectory } from '../../../src/adapters/outbound/signing/directory.ts';
import { ScriptedSigner } from '../../../src/adapters/outbound/signing/scripted-signer.ts';
import { ScriptedNode } from '../../../src/adapters/outbound/chain/scripted.ts';
import { SqlDataKeys } from '../../../src/adapters/outbound/sql/data-keys.ts';
import { sqlite } from '../../../src/adapters/outbound/sql/dialect/sqlite.ts';
import { SqlLedger } from '../../../src/adapters/outbound/sql/ledger/sql-ledger.ts';
import { migrate } from '../../../src/adapters/outbound/sql/migrate.ts';
import { openSqlite } from '../../../src/adapters/outbound/sql/open-sqlite.ts';
import { CountingIds } from '../../../src/adapters/outbound/system/counting-ids.ts';
import { ManualClock } from '../../../src/adapters/outbound/system/manual-clock.ts';
import { SeededRandom } from '../../../src/adapters/outbound/system/seeded-random.ts';
import type { ChainNode } from '../../../src/application/ports/chain-node.ts';
import type { FieldCipher } from '../../../src/application/ports/field-cipher.ts';
import type { Signer, SignerDirectory } from '../../../src/application/ports/signer.ts';
import type { TransactionCodec } from '../../../src/application/ports/transaction-codec.ts';
import type { Address, BlockHash, ChainId, SignerKey } from '../../../src/domain/primitives.ts';
import { ChaosQueue } from './chaos-queue.ts';
import { Query } from './query.ts';
import type { Settings } from './settings.ts';
import { SimChain } from './sim-chain.ts';
import { Slot } from './slot.ts';
import { CALM, setWeather, wrongCount, type Weather } from './weather.ts';

export const CHAIN_ID = 31_337 as ChainId;
export const RICH_WEI = 10n ** 21n;
/** Of each process a place, and an endpoint of its own. */
const SLOTS = 2;

type Accounts = Awaited<ReturnType<ChainNode['accounts']>>;

interface Opened {
  readonly knex: Knex;
  readonly cipher: FieldCipher;
  readonly codec: TransactionCodec;
  readonly scripted: readonly ScriptedSigner[];
  readonly strangers: readonly Signer[];
}

/** Database, chain, queue and clock: what outlives every process. Nothing in it happens by itself. */
export class World {
  readonly knex: Knex;
  readonly cipher: FieldCipher;
  readonly codec: TransactionCodec;
  readonly query: Query;
  readonly clock = new ManualClock();
  readonly random: SeededRandom;
  readonly ids = new CountingIds();
  readonly letters = new MemoryDeadLetters();
  readonly queue = new ChaosQueue(this.clock);
  readonly sim: SimChain;
  readonly nodes: readonly ScriptedNode[];
  readonly slots: readonly Slot[];
  readonly weather: Weather[];
  readonly signers: SignerDirectory;
  readonly scripted: readonly ScriptedSigner[];
  /** The same keys in other hands. */
  readonly strangers: readonly Signer[];
  /** How often a task ended in which way, and the like. */
  readonly outcomes: Record<string, number> = {};
  /** What was done, for whoever reads a failure. */
  readonly story: string[] = [];
  /** Bytes that were handed to a node without being on record as being sent. */
  readonly unrecorded: string[] = [];

  private constructor(
    readonly settings: Settings,
    { knex, cipher, codec, scripted, strangers }: Opened,
  ) {
    this.knex = knex;
    this.cipher = cipher;
    this.codec = codec;
    this.scripted = scripted;
    this.strangers = strangers;
    this.query = new Query(knex);
    this.random = new SeededRandom(settings.seed);
    this.sim = new SimChain(CHAIN_ID, codec, settings.confirmations, settings.eip1559);
    this.signers = createSignerDirectory(scripted.map((signer) => ({ chainId: CHAIN_ID, signer })));
    this.nodes = Array.from({ length: SLOTS }, () => new ScriptedNode(this.sim.chain));
    this.weather = this.nodes.map(() => CALM);
    this.slots = this.nodes.map((node, i) => new Slot(this, this.watched(node, i)));
  }

  static async create(settings: Settings): Promise<World> {
    const knex = openSqlite(':memory:');
    await migrate(knex, sqlite);
    const clock = new ManualClock();
    const cipher = await LocalFieldCipher.create(new SqlDataKeys(knex, sqlite), new Uint8Array(32).fill(7), [], clock);
    const strangers = await Promise.all([0, 1].map((i) => createDevSigner(i)));
    const scripted = strangers.map((signer) => new ScriptedSigner(signer));
    const world = new World(settings, { knex, cipher, codec: await chooseCodec(), scripted, strangers });
    await world.query.open();
    await world.begin();
    return world;
  }

  get keys(): readonly SignerKey[] {
    return this.signers.list();
  }

  say(line: string): void {
    this.story.push(line);
  }

  count(what: string): void {
    this.outcomes[what] = (this.outcomes[what] ?? 0) + 1;
  }

  /** The money of a signer, from the newest block on. */
  fund(address: Address, balanceWei: bigint): void {
    this.sim.chain.setBalance(address, balanceWei);
  }

  setWeather(slot: number, weather: Weather): void {
    const shown = weather.shows === null ? null : this.sim.formerHead(weather.shows);
    this.weather[slot] = weather;
    setWeather(this.nodes[slot] as ScriptedNode, weather, shown);
  }

  async pause(reason: string): Promise<void> {
    const at = this.clock.now();
    const signers = this.keys.map((key) => ({ key, paused: { reason, at } }));
    await this.ledger().commit({ step: 'signer', at, signers });
  }

  /** A person has looked, and lets paused signers go on. */
  async unpause(): Promise<void> {
    const paused = this.query.all<{ address: Address }>('SELECT address FROM signers WHERE paused_at IS NOT NULL');
    if (paused.length === 0) return;
    const signers = paused.map(({ address }) => ({ key: { chainId: CHAIN_ID, address }, paused: null }));
    await this.ledger().commit({
      step: 'signer',
      at: this.clock.now(),
      signers,
      wakeUps: signers.map(({ key }) => ({ signer: key, ids: [] })),
    });
  }

  async close(): Promise<void> {
    await this.knex.destroy();
  }

  private async begin(): Promise<void> {
    const { usedBefore } = this.settings;
    for (const signer of this.strangers) {
      this.fund(signer.address, RICH_WEI);
      if (usedBefore > 0) await this.sim.foreignUse(signer, usedBefore, true);
    }
    await this.ledger().commit({
      step: 'chain',
      at: this.clock.now(),
      chains: [{ chainId: CHAIN_ID, genesisHash: this.sim.chain.genesis.block.hash }],
      signers: this.keys.map((key) => ({ key })),
    });
  }

  private ledger(): SqlLedger {
    const { knex, cipher, clock } = this;
    return new SqlLedger({ knex, dialect: sqlite, cipher, now: () => clock.now() });
  }

  /** Looks at what leaves: bytes must be on record, as being sent, before a node has them (invariant 2). */
  private watched(node: ScriptedNode, slot: number): ChainNode {
    return new Proxy(node, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (key === 'send') await this.noteUnrecorded(args[0] as `0x${string}`[]);
          const answer: unknown = await (value as (...a: unknown[]) => unknown).apply(target, args);
          this.clock.advance(this.weather[slot]?.latencyMs ?? 0);
          return key === 'accounts' ? this.wrongly(slot, args[1], answer as Accounts) : answer;
        };
      },
    });
  }

  private wrongly(slot: number, at: unknown, answers: Accounts): Accounts {
    const lie = this.weather[slot]?.lie ?? 'none';
    const block = this.sim.chain.tree.find(at as BlockHash)?.block;
    if (block !== undefined && block.number <= this.sim.finalNumber) return answers;
    return answers.map((answer) =>
      answer.ok ? { ok: true, value: { ...answer.value, nonce: wrongCount(lie, answer.value.nonce) } } : answer,
    );
  }

  private async noteUnrecorded(raw: readonly `0x${string}`[]): Promise<void> {
    for (const recovered of await this.codec.recover(raw)) {
      if (recovered.kind !== 'recovered') this.unrecorded.push(`malformed: ${recovered.message}`);
      else if (!this.query.isBeingSent(recovered.hash)) this.unrecorded.push(recovered.hash);
    }
  }
}
