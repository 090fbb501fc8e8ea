import { cpSync, mkdtempSync, openSync, fsyncSync, closeSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Address } from '../../../src/domain/primitives.ts';
import { endWithUs } from '../../../test/support/end-with-us.ts';
import type { SuiteOptions } from '../arguments.ts';
import { withChain } from '../chain/bench-chain.ts';
import { multiply } from '../history/multiply.ts';
import { devAddresses } from '../load/dev-addresses.ts';
import { paymentsOf } from '../load/payments.ts';
import type { SuiteReport } from '../report/suite-report.ts';
import { spreadText, textTable } from '../report/table.ts';
import { ourRun, type OurRun } from '../service/our-run.ts';
import { withService } from '../service/with-service.ts';
import { spread } from '../statistics.ts';

const ORIGINALS = 1_000;
const DATABASE = 'broadcaster.sqlite';

interface Past {
  /** A data folder as a stop leaves it. */
  readonly folder: string;
  readonly nonces: ReadonlyMap<Address, number>;
}
interface Run {
  readonly empty: OurRun;
  readonly full: OurRun;
}

/** The same load on an empty database and on one with a long past, in turn. */
export async function history(entry: string, options: SuiteOptions): Promise<SuiteReport> {
  const signers = Math.max(...options.signers);
  const folder = mkdtempSync(join(tmpdir(), 'broadcaster-bench-past-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  const forget = endWithUs(remove);
  try {
    const past = await makePast(entry, options, signers, folder);
    const runs: Run[] = [];
    for (let run = 0; run < options.runs; run++) {
      const emptyFirst = run % 2 === 0;
      const first = await oneRun(entry, options, signers, past, !emptyFirst);
      const second = await oneRun(entry, options, signers, past, emptyFirst);
      runs.push(emptyFirst ? { empty: first, full: second } : { empty: second, full: first });
      const { empty, full } = runs.at(-1) as Run;
      console.log(
        `  mined ${empty.minedPerSecond.toFixed(0)}/s empty, ${full.minedPerSecond.toFixed(0)}/s with a past`,
      );
    }
    return { text: tableOf(runs, options), document: { options, runs } };
  } finally {
    remove();
    forget();
  }
}

/** A few transactions by the service itself, so that every table has what it writes today; the rest are copies of them. */
async function makePast(entry: string, options: SuiteOptions, signers: number, folder: string): Promise<Past> {
  const { blockMs, rows, verbose } = options;
  const addresses = await devAddresses(signers);
  const payments = paymentsOf(Math.min(ORIGINALS, rows), addresses);
  await withChain({ blockMs }, (chain) =>
    withService(
      { entry, rpcUrl: chain.url, signers, verbose, onStopped: (dataDir) => copyFolder(dataDir, folder) },
      (server) => ourRun(chain, server, { payments, signers: addresses, estimate: false }),
    ),
  );
  const begin = performance.now();
  const nonces = multiply(join(folder, DATABASE), rows);
  console.log(`  ${rows} confirmed rows made in ${((performance.now() - begin) / 1_000).toFixed(0)} s`);
  return { folder, nonces };
}

async function oneRun(
  entry: string,
  { count, blockMs, estimates, rows, verbose }: SuiteOptions,
  signers: number,
  past: Past,
  full: boolean,
): Promise<OurRun> {
  const addresses = await devAddresses(signers);
  const payments = paymentsOf(count, addresses);
  // Both begin at the same nonces, so that the bytes are as long.
  return withChain({ blockMs, firstNonces: past.nonces }, (chain) => {
    const prepare = (dataDir: string): void => copyFolder(past.folder, dataDir);
    const service = { entry, rpcUrl: chain.url, signers, verbose, ...(full ? { prepare } : {}) };
    return withService(service, async (server, dataDir) => {
      const estimate = estimates[0] ?? false;
      const run = await ourRun(chain, server, { payments, signers: addresses, estimate });
      assertRows(join(dataDir, DATABASE), count + (full ? rows : 0));
      return run;
    });
  });
}

/** On disk before it is used: what is still to be written back would slow down who runs next. */
function copyFolder(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  for (const name of readdirSync(to)) {
    const file = openSync(join(to, name), 'r');
    fsyncSync(file);
    closeSync(file);
  }
}

/** @throws Error where the past is not there, or not all of it */
function assertRows(file: string, expected: number): void {
  const database = new Database(file, { readonly: true });
  try {
    const rows = database.prepare("SELECT count(*) FROM transactions WHERE status = 'confirmed'").pluck().get();
    if (rows !== expected) throw new Error(`${String(rows)} confirmed rows in place of ${expected}`);
  } finally {
    database.close();
  }
}

function tableOf(runs: readonly Run[], { rows }: SuiteOptions): string {
  const line = (name: string, figure: (run: OurRun) => number): readonly string[] => [
    name,
    spreadText(spread(runs.map(({ empty }) => figure(empty))), 0),
    spreadText(spread(runs.map(({ full }) => figure(full))), 0),
    spreadText(spread(runs.map(({ empty, full }) => figure(full) / figure(empty)))),
  ];
  return textTable(
    ['a second', 'empty', `${rows} rows`, 'ratio'],
    [
      line('mined', ({ minedPerSecond }) => minedPerSecond),
      line('confirmed', ({ confirmedPerSecond }) => confirmedPerSecond),
    ],
  );
}
