import type { ChainNode } from '../../application/ports/chain-node.ts';
import type { Ledger } from '../../application/ports/ledger.ts';
import type { Outbox } from '../../application/ports/outbox.ts';
import type { TransactionCodec } from '../../application/ports/transaction-codec.ts';
import type { WakeUpQueue } from '../../application/ports/wake-up-queue.ts';
import type { Work } from '../../application/ports/work.ts';
import type { Step } from '../../application/change-set.ts';
import type { Failpoint } from './failpoint.ts';
import type { FailpointName } from './failpoint-names.ts';
import { overriding } from './overriding.ts';

const BEFORE_COMMIT: Partial<Record<Step, FailpointName>> = {
  accept: 'accept.beforeCommit',
  attempts: 'sign.beforeStore', // signed, and nowhere but in this process
  cursor: 'cursor.beforeCommit',
};
const AFTER_COMMIT: Partial<Record<Step, FailpointName>> = {
  accept: 'accept.afterCommit',
  reserve: 'reserve.afterCommit',
  attempts: 'attempts.afterCommit',
  validate: 'validate.afterCommit',
  settle: 'settle.afterCommit',
  cursor: 'cursor.afterCommit',
  cancel: 'cancel.afterCommit',
  retry: 'retry.afterCommit',
};

/** One decorator for each port that a failpoint stands at: the rules know nothing of them. */
export interface FailpointDecorators {
  readonly ledger: (ledger: Ledger) => Ledger;
  readonly outbox: (outbox: Outbox) => Outbox;
  readonly work: (work: Work) => Work;
  readonly queue: (queue: WakeUpQueue) => WakeUpQueue;
  readonly node: (node: ChainNode) => ChainNode;
  readonly codec: (codec: TransactionCodec) => TransactionCodec;
}

export function withFailpoints(failpoint: Failpoint): FailpointDecorators {
  const pass = (name: FailpointName | undefined): void => {
    if (name !== undefined) failpoint.pass(name);
  };
  /** What the sweeper found and is about to publish: told by identity from what the relay publishes. */
  const swept = new WeakSet();
  return {
    ledger: (ledger) =>
      overriding(ledger, {
        commit: async (changes) => {
          pass(BEFORE_COMMIT[changes.step]);
          const result = await ledger.commit(changes);
          if (result.kind !== 'committed') return result;
          pass(AFTER_COMMIT[changes.step]);
          // Fillers are made in a commit of their own or beside a reservation.
          if ((changes.newFillers ?? []).length > 0) pass('filler.afterCommit');
          return result;
        },
      }),
    outbox: (outbox) =>
      overriding(outbox, {
        done: async (sequences) => {
          pass('relay.afterPublish');
          await outbox.done(sequences);
        },
      }),
    work: (work) =>
      overriding(work, {
        due: async (now, limit) => {
          const lanes = await work.due(now, limit);
          swept.add(lanes);
          return lanes;
        },
      }),
    queue: (queue) =>
      overriding(queue, {
        publish: async (wakeUps) => {
          await queue.publish(wakeUps);
          if (swept.has(wakeUps)) pass('sweep.afterWakeUp');
        },
      }),
    node: (node) =>
      overriding(node, {
        send: async (raw, signal) => {
          pass('send.before');
          const answers = await node.send(raw, signal);
          pass('send.after');
          return answers;
        },
        around: async (cursorNumber) => {
          const answer = await node.around(cursorNumber);
          if (answer.ok && answer.value.next !== null) pass('block.afterRead');
          return answer;
        },
      }),
    codec: (codec) =>
      overriding(codec, {
        recover: async (raw) => {
          pass('endpoint2.beforeVerify');
          return codec.recover(raw);
        },
      }),
  };
}
