import { DATABASES } from '../support/storage.ts';
import { bulkJobsContract } from './suites/bulk-jobs.ts';

for (const { name, open } of DATABASES) bulkJobsContract(name, open);
