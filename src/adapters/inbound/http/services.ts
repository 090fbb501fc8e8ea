import type { AdminPart, ClientPart, InternalPart, OperationsPart } from './deps.ts';
import type { Clock } from '../../../application/ports/clock.ts';
import type { Log } from '../../../application/ports/observability.ts';
import type { Cursors } from './page/cursor.ts';
import type { TransactionRate } from './transaction-rate.ts';

interface Common {
  readonly clock: Clock;
  readonly log: Log;
}

/** What the handlers of each part work with: its dependencies, and what is made from them once. */
export interface Services {
  readonly client: ClientPart & Common & { readonly cursors: Cursors; readonly rate: TransactionRate };
  readonly internal: InternalPart & Common;
  readonly admin: AdminPart & Common & { readonly cursors: Cursors };
  readonly operations: OperationsPart & Common & { readonly openApi: string; readonly docsPage: string };
}

export type PartName = keyof Services;
