import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROOT } from '../../../scripts/setup/root.mjs';
import { Workspace, ended } from './workspace.ts';

const FAILPOINT = `
export function failpoint(name: string): void {
  if (typeof __FAILPOINTS__ === 'undefined' || !__FAILPOINTS__) return;
  if (process.env['FAILPOINT'] === name) process.kill(process.pid, 'SIGKILL');
}
`;
/** Reads a file of its build only when it is told to stop, as a server does that loads something late. */
const server = (version: string) => `
import { readFileSync } from 'node:fs';
import { failpoint } from '../failpoint.ts';
failpoint('start.step');
process.once('SIGTERM', () => {
  console.log(readFileSync(new URL('./static/index.html', import.meta.url), 'utf8'));
  process.exit(3);
});
setInterval(() => undefined, 1000);
console.log('${version}');
`;

describe('the build', () => {
  let workspace: Workspace;
  const entry = 'src/infrastructure/entry-points/server.ts';
  beforeEach(() => {
    workspace = new Workspace();
    symlinkSync(join(ROOT, 'node_modules'), workspace.at('node_modules'), 'junction');
    workspace.write('src/infrastructure/failpoint.ts', FAILPOINT);
    workspace.write(entry, server('first'));
    workspace.write('admin-spa/public/index.html', 'the page');
  });
  afterEach(() => {
    workspace.dispose();
  });

  const build = async (...args: string[]) => (await workspace.run('scripts/build.mjs', args)).stdout.trim();
  const names = () => readdirSync(workspace.at('dist/builds')).sort();

  async function startServer() {
    const child = workspace.start('scripts/start.mjs');
    const end = ended(child);
    const version = await new Promise<string>((resolve) => {
      child.stdout?.once('data', (chunk) => {
        resolve(String(chunk).trim());
      });
    });
    const stop = () => {
      child.kill('SIGTERM');
      return end;
    };
    return { version, stop };
  }

  test('is made once for the same sources, whoever asks', async () => {
    const [one, two] = await Promise.all([build(), build()]);
    expect(one).toBe(two);
    expect(await build()).toBe(one);
    expect(names()).toHaveLength(1);
  });

  test('holds failpoints only where they were asked for', async () => {
    const production = await build();
    const testing = await build('--failpoints');
    const textOf = (folder: string) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.js'))
        .map((name) => workspace.read(join(folder, name).slice(workspace.folder.length)))
        .join();
    expect(textOf(production)).toContain('first');
    expect(textOf(production)).not.toMatch(/failpoint|start\.step/i);
    expect(textOf(join(testing, '..'))).toContain('start.step');
  });

  test('the server runs in the started process itself: signals and exit codes are its own', async () => {
    await build();
    const { version, stop } = await startServer();
    expect(version).toBe('first');
    expect(await stop()).toMatchObject({ code: 3, stdout: 'first\nthe page\n' });
  });

  test('later builds leave the one alone that a server runs from, and go when it has ended', async () => {
    await build();
    const running = await startServer();
    const [used] = names();
    for (const version of ['second', 'third', 'fourth', 'fifth', 'sixth']) {
      workspace.write(entry, server(version));
      await build();
    }
    expect(names()).toContain(used);
    expect(names()).toHaveLength(4);
    expect(await running.stop()).toMatchObject({ code: 3, stdout: 'first\nthe page\n' });
    workspace.write(entry, server('seventh'));
    await build();
    expect(names()).not.toContain(used);
    const next = await startServer();
    expect(next.version).toBe('seventh');
    await next.stop();
  });

  test('a source that cannot be built is refused, and what was built stays', async () => {
    const folder = await build();
    workspace.write(entry, 'import { missing } from "./missing.ts"; missing();');
    const failed = await workspace.run('scripts/build.mjs');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('missing.ts');
    expect(names()).toHaveLength(1);
    expect(existsSync(join(folder, 'server.js'))).toBe(true);
  });
});
