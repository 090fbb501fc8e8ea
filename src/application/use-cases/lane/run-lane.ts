import { signerKeyText, type Millis, type SignerKey } from '../../../domain/primitives.ts';
import type { LeaseToken } from '../../change-set.ts';
import type { IntakePressure } from '../accept/intake-pressure.ts';
import { FundsInFlight } from './funds.ts';
import { Gas } from './gas.ts';
import type { LaneParts } from './lane-parts.ts';
import { Requote } from './requote.ts';
import { ResubmitRound, type Recovery } from './resubmit-round.ts';
import type { RoundOutcome } from './round.ts';
import { SignRound } from './sign-round.ts';

/** The lane's lease name: one worker for each chain and signer. */
export const laneLease = (key: SignerKey): string => `lane:${signerKeyText(key)}`;

/** More means that somebody else is at the same rows all the time: then the sweeper comes back to it. */
const MOST_CONFLICTS = 5;
/** Where a node takes longer to answer than rows wait for it, there is always something due: other lanes' wake-ups and a stop have their turn. */
const MOST_ROUNDS = 64;
/** When a lane is looked at again in which something due was left. */
const LEFT_OVER_MS = 1_000;

/** While calls wait at the intake, a lane rests for so many times as long as its round took, and at most so long. */
const REST_FOR_EACH = 4;
const LONGEST_REST_MS = 2_000;

/** What goes on between the rounds of a lane, on the side of whoever runs it. */
export interface BetweenRounds {
  /** Asked between rounds: a round is finished, never cut. */
  stopping(): boolean;
  /** A stop ends it. */
  pause(ms: number): Promise<void>;
}

interface LaneMemory {
  readonly funds: FundsInFlight;
  readonly recovery: Recovery;
  token: number;
  /** When the next round begins at the earliest, while calls wait at the intake. */
  restUntil: Millis;
}

/** All that is due for one signer, round after round, under its lease. What is in memory is only what can be told anew from the record. */
export class RunLane {
  private readonly gas: Gas;
  private readonly memories = new Map<string, LaneMemory>();

  /** @param pressure of the intake in this process */
  constructor(
    private readonly parts: LaneParts,
    private readonly pressure: Pick<IntakePressure, 'isHigh'>,
  ) {
    this.gas = new Gas(parts.node, parts.clock);
  }

  /** When the lane is due next, or null. */
  async run(key: SignerKey, fence: LeaseToken, between: BetweenRounds): Promise<Millis | null> {
    const memory = this.memory(key, fence);
    const { funds, recovery } = memory;
    const resubmit = new ResubmitRound(this.parts, new Requote(this.parts, funds));
    const sign = new SignRound(this.parts, this.gas, funds);
    // Healing and what has bytes go before what is new.
    let conflicts = 0;
    let rounds = 0;
    while (conflicts < MOST_CONFLICTS && rounds < MOST_ROUNDS && !between.stopping()) {
      rounds += 1;
      await this.giveWay(memory, between);
      const startedAt = this.parts.clock.now();
      const lane = await this.parts.work.lane(key);
      const resubmitted = await resubmit.run(lane, fence, recovery);
      if (between.stopping() || resubmitted === 'lost') break;
      // What was looked up may have given nonces back: then the lane is looked at anew.
      const signed = await sign.run(resubmitted === 'done' ? lane : await this.parts.work.lane(key), fence);
      memory.restUntil = restAfter(startedAt, this.parts.clock.now());
      const outcomes: readonly RoundOutcome[] = [resubmitted, signed];
      if (outcomes.includes('lost')) break;
      if (outcomes.includes('conflict')) conflicts += 1;
      else if (!outcomes.includes('again')) break;
    }
    const dueAt = await this.parts.work.nextDueAt(key);
    // What is due and did not move cannot be helped now: not before a block, a person, or somewhat later.
    const now = this.parts.clock.now();
    if (dueAt === null || dueAt > now) return dueAt;
    return rounds === MOST_ROUNDS ? now : now + LEFT_OVER_MS;
  }

  /**
   * Callers wait for their answer, what they sent does not: it is durable. In larger rounds it also costs less, so that a burst is taken in
   * several times as fast and is on chain no later.
   */
  private async giveWay({ restUntil }: LaneMemory, between: BetweenRounds): Promise<void> {
    const ms = restUntil - this.parts.clock.now();
    if (ms > 0 && this.pressure.isHigh()) await between.pause(Math.min(ms, LONGEST_REST_MS));
  }

  private memory(key: SignerKey, fence: LeaseToken): LaneMemory {
    const name = signerKeyText(key);
    const known = this.memories.get(name);
    // Else another process had the lane meanwhile (the token went up by more than our own turns): its open ends are to be looked for.
    if (known !== undefined && fence.token - known.token <= 1) {
      known.token = fence.token;
      return known;
    }
    const memory: LaneMemory = {
      funds: new FundsInFlight(),
      recovery: { afterNonce: -1, done: false },
      token: fence.token,
      restUntil: -Infinity,
    };
    this.memories.set(name, memory);
    return memory;
  }
}

const restAfter = (startedAt: Millis, endedAt: Millis): Millis =>
  endedAt + Math.min((endedAt - startedAt) * REST_FOR_EACH, LONGEST_REST_MS);
