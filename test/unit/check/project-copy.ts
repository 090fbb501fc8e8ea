import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ROOT } from '../../../scripts/setup/root.mjs';

const CONFIGURATION = [
  '.dependency-cruiser.cjs',
  '.prettierignore',
  '.prettierrc.json',
  'eslint.config.js',
  'knip.json',
  'tsconfig.json',
];

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** A small project under this one's own configuration, in which every check is green until something is planted. */
export class ProjectCopy {
  private readonly folder = mkdtempSync(join(tmpdir(), 'project-'));
  private readonly scripts: Readonly<Record<string, string>>;

  constructor(sources: Readonly<Record<string, string>>, packages: readonly string[]) {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
    const checks = Object.entries(manifest.scripts).filter(([name]) => name.startsWith('check:'));
    this.scripts = Object.fromEntries(checks);
    const installed = { ...manifest.devDependencies, ...manifest.dependencies };
    const devDependencies = Object.fromEntries(packages.map((name) => [name, installed[name]]));
    const copied = { name: 'project-copy', private: true, type: 'module', scripts: this.scripts, devDependencies };
    for (const file of CONFIGURATION) cpSync(join(ROOT, file), join(this.folder, file));
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'), 'junction');
    this.write('package.json', `${JSON.stringify(copied, null, 2)}\n`);
    for (const [path, text] of Object.entries(sources)) this.write(path, text);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  remove(path: string): void {
    rmSync(join(this.folder, path));
  }

  /** Runs one check as `npm run` would. */
  run(check: string): Promise<{ green: boolean; output: string }> {
    const command = this.scripts[check];
    if (command === undefined) throw new Error(`package.json has no ${check}`);
    const path = `${join(this.folder, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`;
    return new Promise((resolve, reject) => {
      const child = spawn(command, {
        cwd: this.folder,
        shell: true,
        env: { ...process.env, PATH: path, NO_COLOR: '1' },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
      child.once('error', reject);
      child.once('close', (code) => {
        resolve({ green: code === 0, output });
      });
    });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
