import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithUs } from '../../../test/support/end-with-us.ts';
import type { SuiteOptions } from '../arguments.ts';
import { withChain } from '../chain/bench-chain.ts';
import { devAddresses } from '../load/dev-addresses.ts';
import { paymentsOf } from '../load/payments.ts';
import type { SuiteReport } from '../report/suite-report.ts';
import { ourRun } from '../service/our-run.ts';
import { withService } from '../service/with-service.ts';
import { byStage, topFunctions, type FunctionCost, type ThreadCost } from '../stages/by-stage.ts';
import { perTransaction, stagesText } from '../stages/stages-text.ts';
import { readProfiles } from '../stages/read-profiles.ts';
import type { Window } from '../stages/profile.ts';

const INTERVAL_MICROS = 500;
const FUNCTIONS_SHOWN = 25;

interface Run {
  readonly signers: number;
  readonly estimate: boolean;
  /** First POST → last confirmed, the profiler on. */
  readonly seconds: number;
  /** Microseconds for one transaction, as in `functions`. */
  readonly threads: readonly ThreadCost[];
  readonly functions: readonly FunctionCost[];
}

/** Where each microsecond of a transaction goes, by stage and thread, from Node's own sampling profiler. */
export async function stages(entry: string, options: SuiteOptions): Promise<SuiteReport> {
  const runs: Run[] = [];
  for (const signers of options.signers)
    for (const estimate of options.estimates)
      for (let run = 0; run < options.runs; run++) runs.push(await oneRun(entry, options, signers, estimate));
  const text = runs.map(
    ({ signers, estimate, seconds, threads, functions }) =>
      `${signers} signers${estimate ? ', no gasLimit' : ''}, ${options.count} transactions in ${seconds.toFixed(1)} s, profiler on\n\n` +
      stagesText(threads, functions),
  );
  return { text: text.join('\n\n'), document: { options, runs } };
}

async function oneRun(entry: string, options: SuiteOptions, signers: number, estimate: boolean): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'broadcaster-stages-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  const forget = endWithUs(remove);
  try {
    const window = await profiledRun(entry, options, { folder, signers, estimate });
    const profiles = readProfiles(folder, window);
    return {
      signers,
      estimate,
      seconds: (window.endMicros - window.beginMicros) / 1_000_000,
      threads: perTransaction(byStage(profiles), options.count),
      functions: topFunctions(profiles, FUNCTIONS_SHOWN).map((one) => ({ ...one, micros: one.micros / options.count })),
    };
  } finally {
    remove();
    forget();
  }
}

/** Node writes the profile of each thread when it ends. */
async function profiledRun(
  entry: string,
  { count, blockMs, verbose }: SuiteOptions,
  { folder, signers, estimate }: { folder: string; signers: number; estimate: boolean },
): Promise<Window> {
  // Node 20 takes none of them from NODE_OPTIONS.
  const nodeArguments = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${INTERVAL_MICROS}`];
  const addresses = await devAddresses(signers);
  return withChain({ blockMs }, (chain) =>
    withService({ entry, rpcUrl: chain.url, signers, nodeArguments, verbose }, async (server) => {
      let [beginMicros, endMicros] = [0, 0];
      await ourRun(chain, server, {
        payments: paymentsOf(count, addresses),
        signers: addresses,
        estimate,
        onBegin: () => {
          beginMicros = monotonicMicros();
        },
        onEnd: () => {
          endMicros = monotonicMicros();
        },
      });
      return { beginMicros, endMicros };
    }),
  );
}

/** The profiler's clock. */
const monotonicMicros = (): number => Number(process.hrtime.bigint() / 1_000n);
