import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { readJson } from './read-json.mjs';
import { ROOT } from './root.mjs';
import { say } from './say.mjs';

const STAMP = join(ROOT, 'node_modules/.installed-for');
/** What npm itself writes at the end of an installation. */
const INSTALLED_LOCKFILE = join(ROOT, 'node_modules/.package-lock.json');
/** Native modules are built for these; another Node needs others. */
const RUNTIME = `${process.platform} ${process.arch} abi ${process.versions.modules}`;

/** Installs the packages of package-lock.json, unless these are the ones already installed. */
export async function ensureInstalled() {
  if (isStamped()) return;
  await withLock(
    join(ROOT, 'dist/locks/install'),
    async () => {
      if (isStamped()) return; // another process has done it while this one waited
      if (!isSatisfied()) await install();
      writeFileSync(STAMP, stampOf());
    },
    () => {
      say('Another process is installing the packages here; waiting for it …');
    },
  );
}

async function install() {
  say('Installing packages (only after a change of them; the first time takes a minute or two) …');
  const begin = Date.now();
  // `npm ci` empties node_modules first, under the hands of whatever runs from it. So it is for where nothing is installed, or for another Node.
  const inPlace = existsSync(INSTALLED_LOCKFILE) && (readStamp()?.runtime ?? RUNTIME) === RUNTIME;
  const clean = existsSync(join(ROOT, 'package-lock.json')) ? ['ci'] : ['install'];
  await npm([...(inPlace ? ['install', '--no-save'] : clean), '--include=dev', '--no-audit', '--no-fund']);
  say(`Packages installed in ${String(Math.round((Date.now() - begin) / 1000))} s.`);
}

/**
 * Its output is shown only where it fails: the warnings of a good installation help nobody.
 * @param {string[]} args
 * @returns {Promise<void>}
 */
function npm(args) {
  const cli = process.env['npm_execpath'];
  const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`npm ${args.join(' ')} ended with ${String(code ?? signal)}:\n${output.trim()}`));
    });
  });
}

function stampOf() {
  return JSON.stringify({ lockfile: fingerprint(ROOT, ['package-lock.json']), runtime: RUNTIME });
}

function isStamped() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stampOf();
}

function readStamp() {
  try {
    return /** @type {{lockfile: string, runtime: string}} */ (readJson(STAMP));
  } catch {
    return undefined; // none yet, or cut short by a crash
  }
}

/** Whether somebody's own `npm install` or `npm ci` has brought exactly what package-lock.json says; packages for other platforms may be missing. */
function isSatisfied() {
  const before = readStamp();
  if (!existsSync(INSTALLED_LOCKFILE) || (before && before.runtime !== RUNTIME)) return false;
  const [wanted, installed] = [join(ROOT, 'package-lock.json'), INSTALLED_LOCKFILE].map(packagesOf);
  return Object.entries(wanted ?? {}).every(([path, wants]) => {
    const has = installed?.[path];
    if (!path.startsWith('node_modules/') || wants.link) return true;
    return has
      ? has.version === wants.version && has.integrity === wants.integrity
      : wants.optional === true || wants.peer === true;
  });
}

/** @typedef {{version?: string, integrity?: string, link?: boolean, optional?: boolean, peer?: boolean}} LockedPackage */

/** @param {string} path */
function packagesOf(path) {
  const lockfile = /** @type {{packages: Record<string, LockedPackage>}} */ (readJson(path));
  return lockfile.packages;
}
