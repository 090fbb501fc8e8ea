import { DATABASES } from '../support/storage.ts';
import { outboxContract } from './suites/outbox.ts';

for (const { name, open } of DATABASES) outboxContract(name, open);
