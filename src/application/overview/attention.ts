import type { Millis } from '../../domain/primitives.ts';
import type { Standing } from '../ports/figures.ts';
import type { Attention, ChainOverview, SignerOverview } from './overview.ts';

/** The relay publishes within milliseconds, and looks once a second by itself. */
const OUTBOX_OLD_MS = 30_000;
/** Longer than the waits between the first retries. */
const QUEUE_OLD_MS = 10 * 60_000;

export interface Found {
  /** Why intake is refused; null: it is not. */
  readonly intakeRefused: string | null;
  readonly chains: readonly ChainOverview[];
  readonly signers: readonly SignerOverview[];
  readonly standing: Standing;
  readonly queued: number;
}

/** What needs a person: what stops everything first, then whole signers, then single transactions, then what is merely slow. */
export function attentionOf({ intakeRefused, chains, signers, standing, queued }: Found, now: Millis): Attention[] {
  const { openFailures, outbox, oldestQueuedAt } = standing;
  return [
    ...(intakeRefused === null ? [] : [{ kind: 'intakeRefused', message: intakeRefused } as const]),
    ...chains.flatMap(({ chainId, node }): Attention[] =>
      node === null || node.state === 'ok' ? [] : [{ kind: 'nodeTrouble', chainId, message: node.message }],
    ),
    ...signers.flatMap(({ chainId, address, paused }): Attention[] =>
      paused === null ? [] : [{ kind: 'signerPaused', chainId, address, message: paused.reason, since: paused.at }],
    ),
    ...signers.flatMap(({ chainId, address, alert }): Attention[] =>
      alert === 'noFunds' ? [{ kind: 'signerWithoutFunds', chainId, address }] : [],
    ),
    ...openFailures.map(({ code, count, oldestAt }): Attention => ({
      kind: 'openFailures',
      code,
      count,
      since: oldestAt,
    })),
    ...(outbox.oldestAt !== null && now - outbox.oldestAt > OUTBOX_OLD_MS
      ? [{ kind: 'outboxOld', count: outbox.count, since: outbox.oldestAt } as const]
      : []),
    ...(oldestQueuedAt !== null && now - oldestQueuedAt > QUEUE_OLD_MS
      ? [{ kind: 'queueOld', count: queued, since: oldestQueuedAt } as const]
      : []),
  ];
}
