// npm run check: every `check:…` script of package.json, two at a time; what one says is shown only where it is red.
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { readJson } from './setup/read-json.mjs';
import { ROOT } from './setup/root.mjs';

const manifest = /** @type {{scripts: Record<string, string>}} */ (readJson(join(ROOT, 'package.json')));
const waiting = Object.entries(manifest.scripts).filter(([name]) => name.startsWith('check:'));
/** @type {string[]} */
const red = [];
await Promise.all([worker(), worker()]);
if (red.length) console.log(`red: ${red.join(', ')} (each runs alone: npm run NAME)`);
process.exitCode = red.length ? 1 : 0;

async function worker() {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [name, command] = next;
    const begin = Date.now();
    const { code, output } = await run(command);
    console.log(`${code === 0 ? 'ok ' : 'RED'} ${name} ${String(Date.now() - begin)} ms`);
    if (code === 0) continue;
    red.push(name);
    console.log(output.trim());
  }
}

/**
 * @param {string} command
 * @returns {Promise<{code: number | null, output: string}>}
 */
function run(command) {
  const path = `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`;
  return new Promise((resolve, reject) => {
    const child = spawn(command, {
      cwd: ROOT,
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: path },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}
