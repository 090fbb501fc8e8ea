import { describe } from 'vitest';
import type { OpenStorage } from '../../support/storage.ts';
import { failuresToReadSuite } from './work/failures.ts';
import { holdersSuite } from './work/holders.ts';
import { laneSuite } from './work/lane.ts';
import { resubmitSuite } from './work/resubmit.ts';
import { sweepSuite } from './work/sweep.ts';
import { trackingSuite } from './work/tracking.ts';

/** What every Work does; rows are put on record through the ledger. */
export function workContract(name: string, open: OpenStorage): void {
  describe(`the reads of work on ${name}`, () => {
    laneSuite(open);
    resubmitSuite(open);
    holdersSuite(open);
    trackingSuite(open);
    sweepSuite(open);
    failuresToReadSuite(open);
  });
}
