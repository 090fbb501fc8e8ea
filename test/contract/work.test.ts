import { DATABASES } from '../support/storage.ts';
import { workContract } from './suites/work.ts';

for (const { name, open } of DATABASES) workContract(name, open);
