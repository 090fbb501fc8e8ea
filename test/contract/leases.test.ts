import { DATABASES } from '../support/storage.ts';
import { leasesContract } from './suites/leases.ts';

for (const { name, open, capabilities } of DATABASES) leasesContract(name, open, capabilities);
