// The server runs in this very process: no child stands between it and its signals, and its exit code is the command's.
import { pathToFileURL } from 'node:url';
import { useCurrentBuild } from './setup/build.mjs';

await import(pathToFileURL(useCurrentBuild()).href);
