import { Container, type ServiceIdentifier } from 'inversify';
import type { CommitSignals } from '../../application/signalling-ledger.ts';
import type { EndpointTwo } from '../../application/ports/endpoint-two.ts';
import { chainModule } from './chain-module.ts';
import type { Foundation } from './foundation.ts';
import { memoryMessagingModule } from './messaging-module.ts';
import { storageModule } from './storage-module.ts';
import { systemModule } from './system-module.ts';
import { T } from './tokens.ts';
import { useCasesModule } from './use-cases-module.ts';

/** The parts of one process; each is made when it is first asked for. */
export interface Parts {
  get<Part>(token: ServiceIdentifier<Part>): Part;
  /** Known only when this process listens, since it may be its own. */
  provideEndpointTwo(endpointTwo: EndpointTwo): void;
}

/**
 * Puts the parts together on what was opened for them.
 * @param arm puts failpoints round the ports, in test builds
 */
export function createContainer(
  foundation: Foundation,
  signals: CommitSignals,
  arm: (container: Container) => void,
): Parts {
  const container = new Container();
  container.bind(T.Foundation).toConstantValue(foundation);
  container.load(systemModule, storageModule(signals), chainModule, memoryMessagingModule, useCasesModule);
  arm(container);
  return {
    get: (token) => container.get(token),
    provideEndpointTwo: (endpointTwo) => {
      container.bind(T.EndpointTwo).toConstantValue(endpointTwo);
    },
  };
}
