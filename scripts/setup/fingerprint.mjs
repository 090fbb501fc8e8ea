import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One hash over the names and contents of files and of everything in folders; what does not exist counts as absent.
 * @param {string} root
 * @param {readonly string[]} paths relative to `root`
 * @param {readonly string[]} [facts] whatever else the result depends on
 * @returns {string} 20 hex digits
 */
export function fingerprint(root, paths, facts = []) {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const path of paths.flatMap((each) => filesAt(root, each))) {
    const content = readFileSync(join(root, path));
    hash.update(JSON.stringify([path, content.length])).update(content);
  }
  return hash.digest('hex').slice(0, 20);
}

/**
 * @param {string} root
 * @param {string} path
 * @returns {string[]} with forward slashes, in an order that is the same everywhere
 */
function filesAt(root, path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return [path];
  return readdirSync(absolute)
    .sort()
    .flatMap((name) => filesAt(root, `${path}/${name}`));
}
