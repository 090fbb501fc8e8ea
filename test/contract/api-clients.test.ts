import { DATABASES } from '../support/storage.ts';
import { apiClientsContract } from './suites/api-clients.ts';

for (const { name, open } of DATABASES) apiClientsContract(name, open);
