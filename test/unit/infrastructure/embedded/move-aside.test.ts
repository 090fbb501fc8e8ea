import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asideSuffix, moveDatabaseAside } from '../../../../src/infrastructure/embedded/move-aside.ts';

const SUFFIX = asideSuffix(new Date('2026-01-02T03:04:05.678Z'));
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'aside-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('a database goes aside with all that its log holds, and its place is free', () => {
  const path = join(folder, 'broadcaster.sqlite');
  // A copy as a killed process leaves it: what was committed is in the log alone.
  const source = new Database(join(folder, 'source'));
  source.pragma('journal_mode = WAL');
  source.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
  copyWhileOpen(join(folder, 'source'), path);
  source.close();
  rmSync(join(folder, 'source'));

  const aside = moveDatabaseAside(path, SUFFIX);
  expect(aside).toBe(`${path}.20260102T030405678Z.old`);
  expect(readdirSync(folder).filter((name) => !name.includes('.old'))).toEqual([]);
  const moved = new Database(aside ?? '', { readonly: true });
  expect(moved.prepare('SELECT a FROM t').all()).toEqual([{ a: 1 }]);
  moved.close();
});

test('where there is none nothing happens', () => {
  expect(moveDatabaseAside(join(folder, 'broadcaster.sqlite'), SUFFIX)).toBeNull();
  expect(existsSync(join(folder, 'broadcaster.sqlite'))).toBe(false);
});

test('what is left of one goes aside too, so that it is played into no other of the name', () => {
  const path = join(folder, 'broadcaster.sqlite');
  for (const end of ['-wal', '-shm', '-journal']) writeFileSync(path + end, end);
  expect(moveDatabaseAside(path, SUFFIX)).toBe(`${path}${SUFFIX}-wal`);
  expect(readdirSync(folder).toSorted()).toEqual(
    ['-journal', '-shm', '-wal'].map((end) => `broadcaster.sqlite${SUFFIX}${end}`),
  );
});

function copyWhileOpen(from: string, to: string): void {
  for (const suffix of ['', '-wal']) cpSync(from + suffix, to + suffix);
}
