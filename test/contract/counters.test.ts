import { DATABASES } from '../support/storage.ts';
import { countersContract } from './suites/counters.ts';

for (const { name, open } of DATABASES) countersContract(name, open);
