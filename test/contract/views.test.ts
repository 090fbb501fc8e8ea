import { DATABASES } from '../support/storage.ts';
import { viewsContract } from './suites/views.ts';

for (const { name, open } of DATABASES) viewsContract(name, open);
