// npm run build [-- --failpoints]: prints the folder of the build; with --failpoints, the path of its server.js.
import { ensureBuilt, ensureFailpointsBuild } from './setup/build.mjs';
import { orExplain } from './setup/or-explain.mjs';

await orExplain(async () => {
  console.log(await (process.argv.includes('--failpoints') ? ensureFailpointsBuild() : ensureBuilt()));
});
