import { DATABASES } from '../support/storage.ts';
import { retentionContract } from './suites/retention.ts';

for (const { name, open } of DATABASES) retentionContract(name, open);
