import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The file holds the old text or the new one, never half of it, and the new one survives a power cut once this returns. Mode 0600.
 * For one writer at a time: whoever holds the data folder.
 */
export function writeAtomically(path: string, text: string): void {
  const staged = `${path}.new`;
  const file = openSync(staged, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(staged, path);
  syncFolder(dirname(path));
}

/** A rename is durable once its folder is. Windows cannot open a folder, and needs none of it. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
