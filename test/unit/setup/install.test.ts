import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Workspace } from './workspace.ts';

const LOCKFILE = {
  packages: {
    '': {},
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/b': { version: '1.0.0', optional: true },
  },
};

/** Stands for npm: notes how it was called, and leaves what npm leaves. It fails where the folder says so. */
const NPM = `
import { appendFileSync, cpSync, existsSync, mkdirSync } from 'node:fs';
appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
if (existsSync('broken')) { console.error('npm error the disk is full'); process.exit(1); }
mkdirSync('node_modules', { recursive: true });
cpSync('package-lock.json', 'node_modules/.package-lock.json');
`;

describe('the installation', () => {
  let workspace: Workspace;
  const install = () => workspace.run('scripts/install.mjs', [], { npm_execpath: workspace.at('npm.js') });
  const calls = () => workspace.read('calls').split('\n').filter(Boolean);
  const writeLockfile = (path: string, version = '1.0.0') => {
    const a = { ...LOCKFILE.packages['node_modules/a'], version };
    workspace.write(path, JSON.stringify({ packages: { ...LOCKFILE.packages, 'node_modules/a': a } }));
  };

  beforeEach(() => {
    workspace = new Workspace();
    workspace.write('npm.js', NPM);
    writeLockfile('package-lock.json');
  });
  afterEach(() => {
    workspace.dispose();
  });

  test('happens once, with the packages that building and testing need', async () => {
    expect((await install()).stderr).toMatch(/Installing packages .*\nPackages installed in \d+ s\.\n$/);
    expect(await install()).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(calls()).toEqual(['ci --include=dev --no-audit --no-fund']);
  });

  test('happens once for all who start at the same time', async () => {
    await Promise.all([install(), install(), install()]);
    expect(calls()).toHaveLength(1);
  });

  test('happens again after a change of the lockfile, without emptying node_modules', async () => {
    await install();
    writeLockfile('package-lock.json', '2.0.0');
    await install();
    await install();
    expect(calls().slice(1)).toEqual(['install --no-save --include=dev --no-audit --no-fund']);
  });

  test('starts from nothing under another Node, whose native modules differ', async () => {
    await install();
    workspace.write('node_modules/.installed-for', JSON.stringify({ lockfile: '', runtime: 'linux x64 abi 1' }));
    await install();
    expect(calls()[1]).toMatch(/^ci /);
  });

  test('takes what somebody installed by hand, but for optional packages', async () => {
    workspace.write(
      'node_modules/.package-lock.json',
      JSON.stringify({ packages: { 'node_modules/a': LOCKFILE.packages['node_modules/a'] } }),
    );
    expect((await install()).code).toBe(0);
    expect(calls()).toEqual([]);
  });

  test('does not take another version', async () => {
    writeLockfile('node_modules/.package-lock.json', '0.9.0');
    await install();
    expect(calls()).toHaveLength(1);
  });

  test('says what npm said where it fails, and tries again the next time', async () => {
    workspace.write('broken', '');
    const failed = await install();
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('the disk is full');
    expect(failed.stderr).not.toContain('    at ');
    rmSync(workspace.at('broken'));
    expect((await install()).code).toBe(0);
  });
});
