import { SUITES, testFilesOf } from './suites.mjs';

/**
 * What the words after `npm test --` choose.
 * @param {readonly string[]} args suites by name, parts of test files' paths, and then options of the runner with their values
 * @returns {{suites: readonly import('./suites.mjs').Suite[], rest: readonly string[], unknown: readonly string[]}}
 *   `rest`: for the runner; `unknown`: words that are neither a suite nor in the path of a test file of the chosen suites
 */
export function selectionOf(args) {
  const named = SUITES.filter(({ name }) => args.includes(name));
  const suites = (named.length ? named : SUITES).filter((suite) => testFilesOf(suite).length > 0);
  const rest = args.filter((arg) => !SUITES.some(({ name }) => name === arg));
  const firstOption = rest.findIndex((arg) => arg.startsWith('-'));
  const filters = firstOption < 0 ? rest : rest.slice(0, firstOption); // what follows may be an option's value
  const files = suites.flatMap((suite) => testFilesOf(suite).map((file) => `test/${suite.name}/${file}`));
  const isFound = (/** @type {string} */ filter) => {
    const wanted = filter.replace(/:\d+$/, '').replaceAll('\\', '/').replace(/^\.\//, '').toLowerCase();
    return files.some((file) => file.replaceAll('\\', '/').toLowerCase().includes(wanted));
  };
  return { suites, rest, unknown: filters.filter((filter) => !isFound(filter)) };
}

/** @param {readonly string[]} unknown */
export function nothingMatches(unknown) {
  const words = unknown.map((word) => JSON.stringify(word)).join(', ');
  return [
    `Nothing was run: ${words} is neither a suite nor a part of the path of a test file in what was chosen.`,
    `Suites: ${SUITES.map(({ name }) => name).join(', ')}`,
    'For example: npm test -- unit, or npm test -- unit retry',
  ].join('\n');
}
