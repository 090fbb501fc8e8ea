import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LIFECYCLE_EVENT_TYPES, type LifecycleEventType } from '../../../src/domain/transaction/event.ts';
import { TRANSITIONS } from '../../../src/domain/transaction/lifecycle.ts';
import { STATUSES } from '../../../src/domain/transaction/transaction.ts';
import { transition } from '../../../src/domain/transaction/transition.ts';
import { exampleEvent, rowsOf } from '../../support/lifecycle-examples.ts';
import type { Scenario } from '../../support/lifecycle-model.ts';

const scenarios = JSON.parse(
  readFileSync(new URL('../../../docs/model/scenarios.json', import.meta.url), 'utf8'),
) as readonly Scenario[];

/** The model's names for our events (docs/rules.md); null: the clock, which is no event. */
function eventOf({ event, after }: Scenario): LifecycleEventType | null {
  switch (event) {
    case 'reserve nonce':
      return 'NonceReserved';
    case 'sign and store':
      return 'Signed';
    case 'store replacement':
    case 'store cancel bytes':
      return 'AttemptAdded';
    case 'node takes bytes (Published)':
      return 'Published';
    case 'client cancels':
      return after.status === 'cancelled' ? 'Cancelled' : 'CancelRequested';
    case 'cancelled: nothing can be mined':
      return 'Cancelled';
    case 'give nonce back: no funds (NonceReleased)':
    case 'give nonce back: cannot sign':
      return 'NonceReleased';
    case 'operator retries':
    case 'operator edits and retries':
      return 'Retried';
    case 'sweeper: Expired':
      return after.status === 'expired' ? 'Expired' : 'Failed';
    case 'tracker: final (Confirmed)':
      return after.status === 'cancelled' ? 'CancelConfirmed' : 'Confirmed';
    case 'tracker: Included':
      return 'Included';
    case 'tracker: Reorged':
      return 'Reorged';
    case 'validUntil passes':
      return null;
    case 'NonceLost':
    case 'Failed':
      return event;
    default:
      throw new Error(`no event for the model's "${event}"`);
  }
}

const pair = (status: string, event: string): string => `${status} + ${event}`;
const reached = new Set(
  scenarios.flatMap((scenario) => {
    const event = eventOf(scenario);
    const [status = ''] = scenario.before.status.split(' ');
    return event === null ? [] : [pair(status, event)];
  }),
);
const inTable = new Set(TRANSITIONS.map(({ from, event }) => pair(from, event)));

describe('pairs of status and event', () => {
  it('are in the table wherever the model reaches them', () => {
    expect([...reached].filter((each) => !inTable.has(each))).toEqual([]);
  });

  it('are in the table without the model for two only: neither a rebroadcast nor a revert is modelled', () => {
    expect([...inTable].filter((each) => !reached.has(each)).sort()).toEqual([
      'broadcast + Published',
      'included + Reverted',
    ]);
  });

  it.each(
    STATUSES.flatMap((status) => LIFECYCLE_EVENT_TYPES.map((event) => ({ status, event }))).filter(
      ({ status, event }) => !reached.has(pair(status, event)) && !inTable.has(pair(status, event)),
    ),
  )('are refused with a typed error elsewhere: $status + $event', ({ status, event }) => {
    for (const row of rowsOf(status)) {
      expect(transition(row, exampleEvent(event))).toEqual({
        ok: false,
        error: { kind: 'IllegalTransition', status, event, because: 'notInTable' },
      });
    }
  });
});
