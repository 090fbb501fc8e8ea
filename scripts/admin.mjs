// npm run admin -- …: what an operator does on the record itself, from the current build.
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { useCurrentBuild } from './setup/build.mjs';

await import(pathToFileURL(join(dirname(useCurrentBuild()), 'admin.js')).href);
