import { afterEach, expect, it } from 'vitest';
import { RecordingLog } from '../../../src/adapters/outbound/observability/memory/recording-log.ts';
import { EventTail } from '../../../src/application/event-tail.ts';
import { until } from '../../support/until.ts';

const CHUNKS = 50;
const leavers: (() => void)[] = [];
afterEach(() => {
  for (const leave of leavers.splice(0)) leave();
});

it('the tail leaves everybody else a turn between chunks that follow each other at once', async () => {
  let position = 0;
  let [inThisTurn, most] = [0, 0];
  const views = {
    endOfEvents: async () => position,
    eventsAfter: async () => {
      most = Math.max(most, ++inThisTurn);
      position += 1;
      return { events: [], position, more: position < CHUNKS };
    },
  };
  const turn = (): void => {
    inThisTurn = 0;
    if (position < CHUNKS) setImmediate(turn);
  };
  setImmediate(turn);
  const leave = new EventTail({ views, log: new RecordingLog() }).join(0, () => undefined);
  if (leave !== null) leavers.push(leave);
  await until('the end is reached', () => position >= CHUNKS);
  expect(most).toBeLessThanOrEqual(4);
});
