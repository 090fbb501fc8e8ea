import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

/**
 * @typedef {object} Suite
 * @property {string} name its folder below test/
 * @property {number} timeoutMs for each test of it
 * @property {boolean} alone its files run one after the other: they start whole services, and time matters in them
 * @property {boolean} [failpoints] it runs the test build, which is made before
 * @property {'docker'} [needs]
 */

/** In the order in which they run. @type {readonly Suite[]} */
export const SUITES = [
  { name: 'unit', timeoutMs: 30_000, alone: false },
  { name: 'contract', timeoutMs: 30_000, alone: false },
  { name: 'integration', timeoutMs: 60_000, alone: false },
  { name: 'e2e', timeoutMs: 60_000, alone: false, failpoints: true },
  // The simulation has no processes and a clock of its own: it shares the cores with the crash suite.
  { name: 'chaos', timeoutMs: 60_000, alone: false, failpoints: true },
  { name: 'containers', timeoutMs: 120_000, alone: true, needs: 'docker' },
];

/** What each need is called, how to meet it, and whether this machine does. */
export const NEEDS = {
  docker: {
    title: 'a Docker engine',
    enable: 'start Docker, then: npm test -- containers',
    isMet: () => spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 20_000 }).status === 0,
  },
};

/**
 * @param {Suite} suite
 * @returns {string[]} its test files, relative to its folder
 */
export function testFilesOf(suite) {
  const folder = join(ROOT, 'test', suite.name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));
}
