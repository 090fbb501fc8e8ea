import { Container } from 'inversify';
import { chainModule } from './chain-module.ts';
import type { Foundation } from './foundation.ts';
import { memoryMessagingModule } from './messaging-module.ts';
import { storageModule } from './storage-module.ts';
import { systemModule } from './system-module.ts';
import { T } from './tokens.ts';
import { useCasesModule } from './use-cases-module.ts';

/** The parts of one process, put together on what was opened for it. */
export function createContainer(foundation: Foundation, onOutbox: () => void): Container {
  const container = new Container();
  container.bind(T.Foundation).toConstantValue(foundation);
  container.load(systemModule, storageModule(onOutbox), chainModule, memoryMessagingModule, useCasesModule);
  return container;
}
