// Runs before anything is installed: Node alone, no packages.
import { ensureInstalled } from './setup/install.mjs';
import { orExplain } from './setup/or-explain.mjs';

await orExplain(ensureInstalled);
