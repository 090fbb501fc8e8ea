import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PLATFORMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'win32' };
const PROCESSORS: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

export class NoAnvil extends Error {
  override readonly name = 'NoAnvil';
  constructor() {
    super(
      `There is no Anvil for ${process.platform} on ${process.arch}, so there is no embedded chain here: name a node in RPC_URLS.`,
    );
  }
}

/**
 * The program itself, in the package for this platform. The wrapper in `@foundry-rs/anvil` is a process of its own, which outlives a kill
 * of itself and hides the real one's number.
 * @throws {NoAnvil}
 */
export function nativeAnvil(): string {
  const [platform, processor] = [PLATFORMS[process.platform], PROCESSORS[process.arch]];
  if (platform === undefined || processor === undefined) throw new NoAnvil();
  const fromHere = createRequire(import.meta.url);
  try {
    const wrapper = createRequire(fromHere.resolve('@foundry-rs/anvil/package.json'));
    const manifest = wrapper.resolve(`@foundry-rs/anvil-${platform}-${processor}/package.json`);
    const binary = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'anvil.exe' : 'anvil');
    if (existsSync(binary)) return binary;
  } catch {
    // An optional package: npm leaves it out where it does not fit.
  }
  throw new NoAnvil();
}
