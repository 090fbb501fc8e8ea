import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../../../scripts/setup/root.mjs';

/** A folder of its own that holds the setup scripts and whatever a test puts there. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'workspace-'));

  constructor() {
    cpSync(join(ROOT, 'scripts/setup'), join(this.folder, 'scripts/setup'), { recursive: true });
    for (const name of ['install', 'prestart', 'start', 'build']) this.copy(`scripts/${name}.mjs`);
    this.write('package.json', '{"type":"module"}');
  }

  copy(path: string): void {
    cpSync(join(ROOT, path), this.at(path));
  }

  at(path: string): string {
    return join(this.folder, path);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
  }

  read(path: string): string {
    return existsSync(this.at(path)) ? readFileSync(this.at(path), 'utf8') : '';
  }

  start(script: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): ChildProcess {
    return spawn(process.execPath, [this.at(script), ...args], { cwd: this.folder, env: { ...process.env, ...env } });
  }

  async run(script: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return ended(this.start(script, args, env));
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function ended(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}
