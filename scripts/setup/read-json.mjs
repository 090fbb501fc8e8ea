import { readFileSync } from 'node:fs';

/**
 * @param {string} path
 * @returns {unknown} the caller knows who wrote it, and so what it holds
 */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
