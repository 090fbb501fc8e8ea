import { describe } from 'vitest';
import { DATABASES, fresh } from '../support/storage.ts';
import { dataKeysSuite } from './suites/data-keys.ts';

for (const { name, open } of DATABASES) {
  describe(`data keys on ${name}`, () => {
    const storage = fresh(open);
    dataKeysSuite(async () => storage().dataKeys);
  });
}
