import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { StartRefused } from '../server/start-refused.ts';

const LOGS = ['-wal', '-journal'];
const BESIDE = [...LOGS, '-shm'];

/**
 * Copies what is to be restored to where it is prepared, with the log that lies beside a copy by hand: what was committed last is in that alone.
 * One that a restore left that was cut off stays until another takes its place: while it is there no server starts.
 * @throws {StartRefused} the log is of another database
 */
export function stageCopy(file: string, staged: string): void {
  const logs = LOGS.filter((end) => (statSync(file + end, { throwIfNoEntry: false })?.size ?? 0) > 0);
  if (logs.includes('-wal') && !keepsLog(file))
    throw new StartRefused(
      `${file}-wal lies beside it and is no log of it: a backup is one file. Move the log away, and run it again`,
    );
  const part = `${staged}-part`;
  try {
    copyForOwner(file, part);
    for (const end of BESIDE) rmSync(staged + end, { force: true });
    renameSync(part, staged);
  } finally {
    rmSync(part, { force: true });
  }
  for (const end of logs) copyForOwner(file + end, staged + end);
}

/** @throws {StartRefused} its log holds still what would be lost with its name */
export function assertOneFile(staged: string): void {
  const log = LOGS.find((end) => existsSync(staged + end));
  if (log !== undefined) throw new StartRefused(`what was written to ${staged}${log} did not get into ${staged}`);
}

/** Of a restore that was refused. Where there is no database it has to stay, so that no server begins a new one. */
export function removeStaged(staged: string): void {
  for (const end of ['', ...BESIDE]) rmSync(staged + end, { force: true });
}

function copyForOwner(from: string, to: string): void {
  copyFileSync(from, to);
  chmodSync(to, 0o600);
}

/** SQLite reads any log that has the database's name with `-wal`. A database that has one says so at byte 18 of its file. */
function keepsLog(file: string): boolean {
  const opened = openSync(file, 'r');
  try {
    const header = Buffer.alloc(20);
    readSync(opened, header, 0, header.length, 0);
    return header[18] === 2;
  } finally {
    closeSync(opened);
  }
}
