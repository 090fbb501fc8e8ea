import type { Decision } from '../domain/decisions/decision.ts';
import type { ChangeSet, ClosedAttempts, FailureChange, LetterChange, TimelineEvent, WakeUp } from './change-set.ts';
import { signerKeyText, type HolderId, type SignerKey } from '../domain/primitives.ts';

type Lifecycle = Required<
  Pick<ChangeSet, 'transactions' | 'events' | 'closedAttempts' | 'failures' | 'letters' | 'wakeUps'>
>;

/** Everything that must be written with these decisions, so that nobody can forget a part of it (invariant 5). */
export function changesOf(decisions: readonly Decision[], actor = 'system'): Lifecycle {
  return {
    transactions: decisions.map(({ before, after }) => ({ before, after })),
    events: decisions.flatMap(({ after, timeline }) =>
      timeline.map((entry): TimelineEvent => ({ ...entry, transactionId: after.id, actor })),
    ),
    closedAttempts: decisions.flatMap(endedAttempts),
    failures: decisions.flatMap(failure),
    letters: decisions.flatMap(letter),
    wakeUps: wakeUpsFor(
      decisions
        .filter(({ effects }) => effects.wake)
        .map(({ after }) => ({ id: after.id, signer: { chainId: after.chainId, address: after.signer } })),
    ),
  };
}

/** One wake-up a signer (at most 500 ids each: what a message may carry). */
export function wakeUpsFor(
  holders: readonly { readonly id: HolderId; readonly signer: SignerKey }[],
): readonly WakeUp[] {
  const lanes = new Map<string, { signer: SignerKey; ids: HolderId[] }[]>();
  for (const { id, signer } of holders) {
    const key = signerKeyText(signer);
    const messages = lanes.get(key) ?? [];
    let last = messages.at(-1);
    if (last === undefined || last.ids.length >= 500) messages.push((last = { signer, ids: [] }));
    last.ids.push(id);
    lanes.set(key, messages);
  }
  return [...lanes.values()].flat();
}

function endedAttempts({ after, effects }: Decision): ClosedAttempts[] {
  if (effects.attempts === 'keep') return [];
  const inclusion = 'inclusion' in after ? after.inclusion : null;
  if (effects.attempts === 'writeOff' || inclusion === null) return [{ holderId: after.id, mined: null }];
  return [
    {
      holderId: after.id,
      mined: { hash: inclusion.hash, outcome: after.status === 'reverted' ? 'reverted' : 'confirmed' },
    },
  ];
}

function failure({ after, effects, failure: what }: Decision): FailureChange[] {
  switch (effects.failure) {
    case 'none':
      return [];
    case 'opened':
      return what === null ? [] : [{ kind: 'opened', transactionId: after.id, ...what }];
    case 'reopened':
    case 'resolved':
      return [{ kind: effects.failure, transactionId: after.id }];
  }
}

function letter({ after, effects }: Decision): LetterChange[] {
  if (effects.failure === 'none') return [];
  if (effects.failure === 'resolved' || !('failureCode' in after) || after.failureCode === null)
    return [{ kind: 'remove', transactionId: after.id }];
  return [{ kind: 'put', transactionId: after.id, code: after.failureCode }];
}
