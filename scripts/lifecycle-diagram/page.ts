import type { LifecycleEventType } from '../../src/domain/transaction/event.ts';
import type { TimelineType } from '../../src/domain/transaction/timeline.ts';
import { TRANSITIONS, type Guard, type Transition } from '../../src/domain/transaction/lifecycle.ts';
import { TERMINAL_STATUSES } from '../../src/domain/transaction/transaction.ts';

const WHEN: { readonly [G in Guard]: string } = {
  always: '',
  noLiveAttempt: ' (nothing of it can be mined)',
  liveAttempt: ' (an attempt may be mined)',
  includedFromBroadcast: ' (included from there)',
  includedFromQueued: ' (included from there)',
  includedFromFailed: ' (included from there)',
};

const label = ({ event, when }: Transition): string => event + WHEN[when];

/** One arrow for each pair of statuses, with all events that lead that way. */
export function diagram(transitions: readonly Transition[]): string {
  const arrows = new Map<string, string[]>();
  for (const each of transitions) {
    const arrow = `${each.from} --> ${each.to}`;
    arrows.set(arrow, [...(arrows.get(arrow) ?? []), label(each)]);
  }
  return [
    'stateDiagram-v2',
    '  [*] --> queued: accepted',
    ...[...arrows].map(([arrow, labels]) => `  ${arrow}: ${labels.join('<br/>')}`),
    ...TERMINAL_STATUSES.map((status) => `  ${status} --> [*]`),
  ].join('\n');
}

const MEANINGS: Readonly<Record<Exclude<TimelineType, LifecycleEventType>, string>> = {
  Accepted: 'with which it begins',
  RetryScheduled: 'which says why another try is needed, and which',
  Closed: 'with which an operator says that nobody will retry a failed one',
};
const outsideTheTable = Object.entries(MEANINGS)
  .map(([type, meaning]) => `**${type}**, ${meaning}`)
  .join('; ');

/** docs/lifecycle.md. */
export const page = (): string => `# The lifecycle of a transaction

A transaction is what a client asked for; an attempt is one signed byte string for it. A transaction can have several attempts, which all
share one nonce while any of them may still be mined, so at most one ever is. **included** means in a block of the canonical chain;
**confirmed** and **reverted** are said only once that block is as deep as the chain's setting asks, **cancelled** and **expired** only
where nothing of it can be mined any more. **failed** waits for an operator, and becomes included if old bytes are mined after all.

Waiting for another try is no status: a row keeps its status and carries \`retry\`. Every pair of status and event that is not below is
refused with a typed error. Some entries of a timeline are no events and move nothing:
${outsideTheTable}.

\`\`\`mermaid
${diagram(TRANSITIONS)}
\`\`\`

The rules behind it are in [rules.md](rules.md), and are checked exhaustively within bounds by an executable model:
[model/](model/README.md). The situations that it reaches, which the tests replay against the domain, are in
[model/transitions.md](model/transitions.md).

This page is made from the transition table: \`npx tsx scripts/lifecycle-diagram.ts > docs/lifecycle.md\`.
`;
