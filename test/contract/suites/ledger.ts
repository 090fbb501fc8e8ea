import { describe } from 'vitest';
import type { OpenStorage, StorageCapabilities } from '../../support/storage.ts';
import { attemptsSuite } from './ledger/attempts.ts';
import { chainStateSuite } from './ledger/chain-state.ts';
import { conflictsSuite } from './ledger/conflicts.ts';
import { exactnessSuite } from './ledger/exactness.ts';
import { failuresSuite } from './ledger/failures.ts';
import { idempotencySuite } from './ledger/idempotency.ts';
import { noncesSuite } from './ledger/nonces.ts';
import { rowsSuite } from './ledger/rows.ts';

/** What every Ledger does; told through the reads, so that nothing here knows a table. */
export function ledgerContract(name: string, open: OpenStorage, capabilities: StorageCapabilities): void {
  describe(`the ledger on ${name}`, () => {
    rowsSuite(open);
    attemptsSuite(open);
    noncesSuite(open);
    failuresSuite(open);
    chainStateSuite(open);
    idempotencySuite(open, capabilities);
    conflictsSuite(open, capabilities);
    exactnessSuite(open);
  });
}
