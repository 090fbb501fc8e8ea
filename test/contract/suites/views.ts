import { describe } from 'vitest';
import type { OpenStorage } from '../../support/storage.ts';
import { detailSuite } from './views/detail.ts';
import { feedSuite } from './views/feed.ts';
import { filterSuite } from './views/filter.ts';
import { journalSuite } from './views/journal.ts';
import { pagingSuite } from './views/paging.ts';

/** What every Views does; rows are put on record through the ledger. */
export function viewsContract(name: string, open: OpenStorage): void {
  describe(`the views on ${name}`, () => {
    detailSuite(open);
    filterSuite(open);
    pagingSuite(open);
    journalSuite(open);
    feedSuite(open);
  });
}
