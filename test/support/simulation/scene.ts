import assert from 'node:assert/strict';
import type { Method } from '../../../src/adapters/outbound/chain/scripted/script.ts';
import type { HandedItem, SendBehaviour } from '../../../src/adapters/outbound/chain/scripted/send-behaviour.ts';
import type { Submission } from '../../../src/application/use-cases/inbound.ts';
import type { Address, SignerKey, TransactionId } from '../../../src/domain/primitives.ts';
import type { RequestChanges } from '../../../src/domain/transaction/request.ts';
import { calm } from './calm.ts';
import { broken } from './invariants.ts';
import type { Fault } from './lifeline.ts';
import type { Parts } from './parts.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings.ts';
import { settled } from './settled.ts';
import type { Outcome } from './slot.ts';
import { runLane, track, type LaneOutcome } from './tasks.ts';
import { CALM, type Weather } from './weather.ts';
import { CHAIN_ID, World } from './world.ts';

const PAYEE = `0x${'b0'.repeat(20)}` as Address;

/** What a test looks at of a transaction. */
export interface Seen {
  readonly id: TransactionId;
  readonly status: string;
  readonly held_nonce: number | null;
  readonly live_nonce: number | null;
  readonly retry_count: number;
  readonly due_at: number | null;
  readonly last_error: string | null;
  readonly failure_code: string | null;
  readonly attempt_hash: string | null;
  readonly mined_hash: string | null;
  readonly revision: number;
  readonly version: number;
}

interface Asked {
  readonly slot?: 0 | 1;
  readonly fault?: Fault | null;
}

/** The world of the simulation, told step by step by a test. Every step is followed by all invariants. */
export class Scene {
  private constructor(readonly world: World) {}

  /** The tracker has its first cursor, if the nodes let it. */
  static async begin(settings: Partial<Settings> = {}, weather: Partial<Weather> = {}): Promise<Scene> {
    const scene = new Scene(await World.create({ ...DEFAULT_SETTINGS, ...settings }));
    scene.world.setWeather(0, { ...CALM, ...weather });
    await scene.track();
    return scene;
  }

  get key(): SignerKey {
    return this.world.keys[0] as SignerKey;
  }

  async submit(changes: Partial<Submission['request']> = {}, rest: Partial<Submission> = {}): Promise<TransactionId> {
    const [id] = await this.submitAll([{ ...this.submission(changes), ...rest }]);
    return id as TransactionId;
  }

  async submitAll(submissions: readonly Submission[]): Promise<readonly TransactionId[]> {
    const outcome = await this.act({}, (parts) => parts.accept.accept('shop', submissions));
    assert(outcome.kind === 'done');
    return outcome.value.map((result) => {
      assert(result.kind === 'created' || result.kind === 'replayed', result.kind);
      return result.id;
    });
  }

  submission(changes: Partial<Submission['request']> = {}): Submission {
    return {
      request: {
        to: PAYEE,
        valueWei: 1n,
        data: '0x',
        gasLimit: 21_000n,
        maxFeePerGasWei: null,
        maxPriorityFeePerGasWei: null,
        ...changes,
      },
      chainId: CHAIN_ID,
      from: this.key.address,
      validUntil: null,
      metadata: null,
      idempotencyKey: null,
    };
  }

  /** A pass of the first signer's lane. */
  async lane(asked: Asked = {}): Promise<Outcome<LaneOutcome>> {
    return this.act(asked, (parts) => runLane(parts, this.key, () => this.world.clock.now()));
  }

  async track(asked: Asked = {}, turns = 50): Promise<void> {
    await this.act(asked, (parts) => track(parts, turns));
  }

  async sweep(asked: Asked = {}): Promise<void> {
    await this.act(asked, (parts) => parts.sweep.run());
  }

  async retry(id: TransactionId, changes: RequestChanges = {}): Promise<string> {
    const actor = { name: 'user:operator', requestId: null };
    const outcome = await this.act({}, (parts) =>
      parts.retry.retry({ id, actor, reason: 'again', changes, expectedVersions: null }),
    );
    assert(outcome.kind === 'done');
    return outcome.value.kind;
  }

  async cancel(id: TransactionId): Promise<string> {
    const actor = { name: 'user:operator', requestId: null };
    const outcome = await this.act({}, (parts) =>
      parts.cancel.cancel({ id, actor, client: null, reason: 'no more', expectedVersions: null }),
    );
    assert(outcome.kind === 'done');
    return outcome.value.kind;
  }

  /** By the first process that does not stand still, unless it is said by which. */
  async act<Value>({ slot, fault = null }: Asked, run: (parts: Parts) => Promise<Value>): Promise<Outcome<Value>> {
    const { slots } = this.world;
    const place = slot === undefined ? slots.find((one) => !one.stalled) : slots[slot];
    assert(place !== undefined);
    const outcome = await place.perform(run, fault);
    this.check();
    return outcome;
  }

  async resume(slot: 0 | 1 = 0): Promise<Outcome<unknown>> {
    const outcome = await this.world.slots[slot]?.resume(null);
    assert(outcome !== undefined);
    this.check();
    return outcome;
  }

  /** Mines what an honest miner would, and the tracker reads it. */
  async mine(blocks = 1): Promise<void> {
    for (let i = 0; i < blocks; i++) this.world.sim.mineNext();
    await this.track();
  }

  /** What a node does with bytes from now on; null: what an honest one does. */
  node(behaviour: SendBehaviour | ((item: HandedItem) => SendBehaviour) | null, slot: 0 | 1 = 0): void {
    this.world.nodes[slot]?.behave(behaviour);
  }

  calls(method: Method, slot: 0 | 1 = 0): number {
    return this.world.nodes[slot]?.calls.filter((call) => call.method === method).length ?? 0;
  }

  /** Whoever may decide it lets the signers wait for a person. */
  async pause(): Promise<void> {
    await this.world.pause('looked at by a person');
    this.check();
  }

  setBaseFee(wei: bigint): void {
    this.world.sim.chain.baseFeePerGasWei = wei;
  }

  events(id: TransactionId): readonly string[] {
    return this.world.query
      .all<{ type: string }>('SELECT type FROM events WHERE transaction_id = ? ORDER BY sequence', id)
      .map((row) => row.type);
  }

  passes(ms: number): void {
    this.world.clock.advance(ms);
  }

  row(id: TransactionId): Seen {
    const [row] = this.world.query.all<Seen>('SELECT * FROM transactions WHERE id = ?', id);
    assert(row !== undefined);
    return row;
  }

  status(id: TransactionId): string {
    return this.row(id).status;
  }

  fillers(): readonly { readonly nonce: number; readonly status: string }[] {
    return this.world.query.all('SELECT nonce, status FROM fillers ORDER BY nonce');
  }

  check(): void {
    assert.deepEqual(broken(this.world), []);
  }

  /** Everything runs on honest nodes until nothing is open, and the chain agrees with the record. */
  async calm(): Promise<void> {
    assert.deepEqual(await calm(this.world), []);
    assert.deepEqual(await settled(this.world), []);
  }

  async end(): Promise<void> {
    await this.world.close();
  }
}
