import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  DataFolderInUse,
  DataFolderUnusable,
  openDataFolder,
} from '../../../src/infrastructure/embedded/data-folder.ts';

const MODULE = new URL('../../../src/infrastructure/embedded/data-folder.ts', import.meta.url).href;
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const HOLDER = `
  import { openDataFolder } from ${JSON.stringify(MODULE)};
  try { openDataFolder(process.argv[1]); console.log('held', process.pid); } catch (error) { console.log(error.name); process.exit(1); }
  process.stdin.resume(); // lives until its stdin ends, so that none is left if the test dies
`;
const NODE = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', HOLDER] as const;

let parent: string, folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'folder-'));
  folder = join(parent, 'a', 'data');
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.stdin?.end();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  rmSync(parent, { recursive: true });
});

/** Starts a process that holds the folder, or is refused; resolves with what it said first. */
async function start(command: readonly string[]) {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [said] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, said, pid: Number(/^held (\d+)$/.exec(said)?.[1]) };
}

describe('the data folder', () => {
  test('is made, for its owner alone', () => {
    openDataFolder(folder).release();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test('is refused to a second one, by name, until the first lets go', () => {
    const first = openDataFolder(folder);
    expect(() => openDataFolder(folder)).toThrow(DataFolderInUse);
    expect(() => openDataFolder(folder)).toThrow(folder);
    first.release();
    openDataFolder(folder).release();
  });

  test('is free as soon as the process that held it was killed', async () => {
    const { child, said } = await start([...NODE, folder]);
    expect(said).toMatch(/^held/);
    expect(() => openDataFolder(folder)).toThrow(DataFolderInUse);
    child.kill('SIGKILL');
    await once(child, 'exit');
    openDataFolder(folder).release();
  });

  test.skipIf(!existsSync('/proc/self/stat'))('is free where that process is dead but nobody reaps it', async () => {
    // The shell becomes `cat`, which does not know that it has a child.
    const shell = ['sh', '-c', 'exec 3<&0; "$@" <&3 & exec cat', 'sh', ...NODE, folder];
    const { pid } = await start(shell);
    process.kill(pid, 'SIGKILL');
    openDataFolder(folder).release();
    expect(() => process.kill(pid, 0)).not.toThrow();
  });

  test('goes to one of several that start at once', async () => {
    const said = (await Promise.all([1, 2, 3].map(() => start([...NODE, folder])))).map((one) => one.said);
    expect(said.filter((line) => line.startsWith('held'))).toHaveLength(1);
    expect(said.filter((line) => line === 'DataFolderInUse')).toHaveLength(2);
  });

  test('says why it cannot be used', () => {
    writeFileSync(join(parent, 'a'), '');
    expect(() => openDataFolder(folder)).toThrow(DataFolderUnusable);
    expect(() => openDataFolder(folder)).toThrow(folder);
  });
});
