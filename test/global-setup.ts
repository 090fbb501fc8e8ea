import { ensureFailpointsBuild } from '../scripts/setup/build.mjs';

/** Builds before the first test's clock runs; the tests ask `ensureFailpointsBuild()` for the path, and get it at once. */
export async function setup(): Promise<void> {
  await ensureFailpointsBuild();
}
