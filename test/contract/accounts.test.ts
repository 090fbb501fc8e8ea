import { DATABASES } from '../support/storage.ts';
import { accountsContract } from './suites/accounts.ts';

for (const { name, open } of DATABASES) accountsContract(name, open);
