// Runs before anything is installed: Node alone, no packages.
import { ensureBuilt } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { orExplain } from './setup/or-explain.mjs';

await orExplain(async () => {
  await ensureInstalled();
  await ensureBuilt();
});
