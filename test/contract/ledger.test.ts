import { DATABASES } from '../support/storage.ts';
import { ledgerContract } from './suites/ledger.ts';

for (const { name, open, capabilities } of DATABASES) ledgerContract(name, open, capabilities);
