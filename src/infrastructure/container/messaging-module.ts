import { ContainerModule } from 'inversify';
import { MemoryDeadLetters } from '../../adapters/outbound/messaging/memory/dead-letters.ts';
import { MemoryWakeUpQueue } from '../../adapters/outbound/messaging/memory/wake-up-queue.ts';
import { singleton } from './bind.ts';
import { T } from './tokens.ts';

export const memoryMessagingModule = new ContainerModule((options) => {
  const one = singleton(options);
  one(T.DeadLetters, () => new MemoryDeadLetters());
  one(
    T.Queue,
    (get) =>
      new MemoryWakeUpQueue({
        clock: get(T.Clock),
        timers: get(T.Timers),
        metrics: get(T.Metrics),
        deadLetters: get(T.DeadLetters),
      }),
  );
});
