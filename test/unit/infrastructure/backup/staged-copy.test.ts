import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { assertOneFile, stageCopy } from '../../../../src/infrastructure/backup/staged-copy.ts';

let folder: string;
const staged = (): string => join(folder, 'broadcaster.sqlite.restoring');
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'staged-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it.each(['-wal', '-journal'])('a prepared copy with %s beside it is not given the name of the database', (end) => {
  writeFileSync(staged(), 'copy');
  expect(() => assertOneFile(staged())).not.toThrow();
  writeFileSync(staged() + end, 'what is not in it');
  expect(() => assertOneFile(staged())).toThrow(`did not get into ${staged()}`);
});

it('nothing of an earlier copy is beside the next one', () => {
  for (const end of ['', '-wal', '-shm', '-journal']) writeFileSync(staged() + end, 'of an earlier one');
  const file = join(folder, 'file');
  writeFileSync(file, 'copy');
  stageCopy(file, staged());
  expect(['', '-wal', '-shm', '-journal', '-part'].filter((end) => existsSync(staged() + end))).toEqual(['']);
});
