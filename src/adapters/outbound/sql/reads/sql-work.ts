import type { Knex } from 'knex';
import type { FieldCipher } from '../../../../application/ports/field-cipher.ts';
import type { Work } from '../../../../application/ports/work.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { FailureReads } from './failure-reads.ts';
import { HolderReads } from './holder-reads.ts';
import { LaneReads } from './lane-reads.ts';
import { Reading } from './reading.ts';
import { SweepReads } from './sweep-reads.ts';
import { TrackingReads } from './tracking-reads.ts';

/** The narrow reads of the steps, by who reads. */
export class SqlWork implements Work {
  private readonly reading: Reading;
  private readonly lanes: LaneReads;
  private readonly holders: HolderReads;
  private readonly tracking: TrackingReads;
  private readonly sweeping: SweepReads;
  private readonly failures: FailureReads;

  constructor(knex: Knex, dialect: Dialect, cipher: FieldCipher) {
    this.reading = new Reading(knex, dialect, cipher);
    this.lanes = new LaneReads(this.reading);
    this.holders = new HolderReads(this.reading);
    this.tracking = new TrackingReads(this.reading);
    this.sweeping = new SweepReads(this.reading);
    this.failures = new FailureReads(this.reading);
  }

  lane: Work['lane'] = (...of) => this.reading.ask(() => this.lanes.lane(...of));
  readyToSign: Work['readyToSign'] = (...of) => this.reading.ask(() => this.lanes.readyToSign(...of));
  fillersToSign: Work['fillersToSign'] = (...of) => this.reading.ask(() => this.lanes.fillersToSign(...of));
  toResubmit: Work['toResubmit'] = (...of) => this.reading.ask(() => this.lanes.toResubmit(...of));
  competitors: Work['competitors'] = (...of) => this.reading.ask(() => this.lanes.competitors(...of));
  nextDueAt: Work['nextDueAt'] = (...of) => this.reading.ask(() => this.lanes.nextDueAt(...of));

  forBroadcast: Work['forBroadcast'] = (...of) => this.reading.ask(() => this.holders.forBroadcast(...of));
  liveAttempts: Work['liveAttempts'] = (...of) => this.reading.ask(() => this.holders.liveAttempts(...of));
  transactions: Work['transactions'] = (...of) => this.reading.ask(() => this.holders.transactions(...of));

  anyLive: Work['anyLive'] = (...of) => this.reading.ask(() => this.tracking.anyLive(...of));
  signers: Work['signers'] = (...of) => this.reading.ask(() => this.tracking.signers(...of));
  liveBelow: Work['liveBelow'] = (...of) => this.reading.ask(() => this.tracking.liveBelow(...of));
  includedIn: Work['includedIn'] = (...of) => this.reading.ask(() => this.tracking.includedIn(...of));
  awaitingDepth: Work['awaitingDepth'] = (...of) => this.reading.ask(() => this.tracking.awaitingDepth(...of));
  chain: Work['chain'] = (...of) => this.reading.ask(() => this.tracking.chain(...of));

  load: Work['load'] = (...of) => this.reading.ask(() => this.sweeping.load(...of));
  due: Work['due'] = (...of) => this.reading.ask(() => this.sweeping.due(...of));
  writtenAhead: Work['writtenAhead'] = (...of) => this.reading.ask(() => this.sweeping.writtenAhead(...of));
  toClose: Work['toClose'] = (...of) => this.reading.ask(() => this.sweeping.toClose(...of));
  openFailures: Work['openFailures'] = (...of) => this.reading.ask(() => this.failures.openFailures(...of));
}
