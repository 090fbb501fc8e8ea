import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { moveAside } from '../move-aside.ts';
import { syncFolder } from '../write-atomically.ts';

/**
 * Where a stopped chain is kept. Anvil writes its state beside it when it ends, in one go but not atomically; so that becomes the state by
 * a rename, once it is whole.
 */
export class StateFile {
  readonly path: string;
  readonly written: string;

  constructor(path: string) {
    this.path = path;
    this.written = `${path}.new`;
  }

  get exists(): boolean {
    return existsSync(this.path);
  }

  /** Takes what an Anvil wrote that has ended; true where there was a whole one. */
  adopt(): boolean {
    if (!existsSync(this.written)) return false;
    const whole = endsAsJson(this.written);
    if (whole) renameSync(this.written, this.path);
    else rmSync(this.written);
    syncFolder(dirname(this.path));
    return whole;
  }

  /** Keeps it under another name; null where there is none. */
  moveAside(suffix: string): string | null {
    return moveAside(this.path, suffix);
  }
}

/** And is on the disk for good. One that was cut off ends elsewhere; should it look whole by chance, Anvil will not load it. */
function endsAsJson(path: string): boolean {
  const file = openSync(path, 'r+');
  try {
    const { size } = statSync(path);
    const last = Buffer.alloc(1);
    readSync(file, last, 0, 1, Math.max(0, size - 1));
    fsyncSync(file);
    return last.toString() === '}';
  } finally {
    closeSync(file);
  }
}
