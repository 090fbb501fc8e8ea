import { DATABASES } from '../support/storage.ts';
import { figuresContract } from './suites/figures.ts';

for (const { name, open, capabilities } of DATABASES) figuresContract(name, open, capabilities);
