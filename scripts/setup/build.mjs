import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { isAlive, processIdentity } from './process-identity.mjs';
import { readJson } from './read-json.mjs';
import { ROOT } from './root.mjs';
import { say } from './say.mjs';

const ENTRY_POINTS = 'src/infrastructure/entry-points';
const STATIC_FILES = 'admin-spa/public';
const SOURCES = ['src', STATIC_FILES, 'scripts/setup/build.mjs', 'package-lock.json', 'tsconfig.json'];
const BUILDS = join(ROOT, 'dist/builds');
const TEST_BUILDS = join(ROOT, 'dist/test-builds');
const CURRENT = join(ROOT, 'dist/current');
/** One small file for each server that runs from a build, so that nobody removes it under its feet. */
const USERS = join(ROOT, 'dist/users');
const BUILDS_KEPT = 3;

/**
 * Builds what `npm start` runs, unless it is built already, and makes it the current one.
 * @returns {Promise<string>} its folder
 */
export async function ensureBuilt() {
  const folder = await build(BUILDS, false);
  const name = folder.slice(BUILDS.length + 1);
  if (!existsSync(CURRENT) || readFileSync(CURRENT, 'utf8') !== name) {
    const staged = `${CURRENT}.${String(process.pid)}`;
    writeFileSync(staged, name);
    renameSync(staged, CURRENT);
  }
  return folder;
}

/**
 * The same server with its failpoints, for the suites that kill it: start `node server.js` with `FAILPOINT` set.
 * @returns {Promise<string>} the path of its server.js
 */
export async function ensureFailpointsBuild() {
  return join(await build(TEST_BUILDS, true), 'server.js');
}

/**
 * The current build's server, marked as in use by this process.
 * @returns {string} the path of its server.js
 */
export function useCurrentBuild() {
  if (!existsSync(CURRENT)) throw new Error('Nothing is built yet: npm run build');
  const name = readFileSync(CURRENT, 'utf8');
  mkdirSync(USERS, { recursive: true });
  const mark = join(USERS, String(process.pid));
  writeFileSync(mark, JSON.stringify({ process: processIdentity(process.pid), build: name }));
  process.once('exit', () => {
    rmSync(mark, { force: true });
  });
  return join(BUILDS, name, 'server.js');
}

/**
 * @param {string} parent
 * @param {boolean} failpoints
 */
async function build(parent, failpoints) {
  const folder = join(parent, fingerprint(ROOT, SOURCES));
  if (existsSync(folder)) return folder;
  return withLock(join(ROOT, 'dist/locks/build'), async () => {
    if (existsSync(folder)) return folder;
    const begin = Date.now();
    const staged = join(parent, '.staged'); // as deep as the result: source maps hold relative paths
    rmSync(staged, { recursive: true, force: true });
    mkdirSync(staged, { recursive: true });
    try {
      await bundle(staged, failpoints);
    } catch (error) {
      rmSync(staged, { recursive: true, force: true });
      throw error;
    }
    if (existsSync(join(ROOT, STATIC_FILES)))
      cpSync(join(ROOT, STATIC_FILES), join(staged, 'static'), { recursive: true });
    renameSync(staged, folder);
    prune(parent);
    say(`Built${failpoints ? ' with failpoints' : ''} in ${String(Date.now() - begin)} ms.`);
    return folder;
  });
}

/**
 * @param {string} outdir
 * @param {boolean} failpoints
 */
async function bundle(outdir, failpoints) {
  const names = existsSync(join(ROOT, ENTRY_POINTS)) ? readdirSync(join(ROOT, ENTRY_POINTS)) : [];
  if (!names.includes('server.ts')) throw new Error(`There is no ${ENTRY_POINTS}/server.ts to build`);
  const esbuild = await import('esbuild'); // here, as this file is also read before anything is installed
  await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: names.filter((name) => name.endsWith('.ts')).map((name) => `${ENTRY_POINTS}/${name}`),
    outbase: ENTRY_POINTS,
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: '[name]-[hash]', // beside the entries, so that import.meta.url means the same folder in all of them
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    sourcemap: 'linked',
    minifySyntax: true, // drops what a false __FAILPOINTS__ makes unreachable
    define: { __FAILPOINTS__: String(failpoints) },
    logLevel: 'warning',
  });
}

/**
 * Removes old builds, but the newest few and those that a running server was started from.
 * @param {string} parent
 */
function prune(parent) {
  const used = new Set(readUsers());
  const builds = readdirSync(parent)
    .map((name) => ({ name, path: join(parent, name), madeAtMs: statSync(join(parent, name)).mtimeMs }))
    .sort((a, b) => b.madeAtMs - a.madeAtMs);
  for (const { path, name } of builds.slice(BUILDS_KEPT))
    if (!used.has(name)) rmSync(path, { recursive: true, force: true });
}

function readUsers() {
  if (!existsSync(USERS)) return [];
  return readdirSync(USERS).flatMap((pid) => {
    const path = join(USERS, pid);
    try {
      const user = /** @type {{process: string, build: string}} */ (readJson(path));
      if (isAlive(user.process)) return [user.build];
    } catch {
      return []; // ended just now, or is just being written by one that starts from a new build
    }
    rmSync(path, { force: true });
    return [];
  });
}
