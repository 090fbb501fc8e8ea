import { describe } from 'vitest';
import type { OpenStorage, StorageCapabilities } from '../../support/storage.ts';
import { exactFiguresSuite } from './figures/exact.ts';
import { foldSuite } from './figures/fold.ts';
import { standingSuite } from './figures/standing.ts';

/** What every Figures does; what is counted is put on record through the ledger. */
export function figuresContract(name: string, open: OpenStorage, capabilities: StorageCapabilities): void {
  describe(`the figures on ${name}`, () => {
    standingSuite(open);
    foldSuite(open, capabilities);
    exactFiguresSuite(open);
  });
}
