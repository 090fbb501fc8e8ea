import type { SuiteOptions } from '../arguments.ts';
import { withChain } from '../chain/bench-chain.ts';
import { rawPerSecond } from '../chain/raw-node.ts';
import { devAddresses } from '../load/dev-addresses.ts';
import { paymentsOf } from '../load/payments.ts';
import type { SuiteReport } from '../report/suite-report.ts';
import { spreadText, textTable } from '../report/table.ts';
import { ourRun, type OurRun } from '../service/our-run.ts';
import { withService } from '../service/with-service.ts';
import { spread } from '../statistics.ts';

interface Ours extends OurRun {
  readonly estimate: boolean;
}
interface Run {
  readonly signers: number;
  readonly order: 'raw first' | 'ours first';
  readonly rawPerSecond: number;
  readonly ours: readonly Ours[];
}

/** Ours beside the raw node in the same run; who goes first alternates, so that what a run leaves behind falls on both. */
export async function endToEnd(entry: string, options: SuiteOptions): Promise<SuiteReport> {
  const runs: Run[] = [];
  for (const signers of options.signers)
    for (let run = 0; run < options.runs; run++) {
      runs.push(await oneRun(entry, options, { signers, rawFirst: run % 2 === 0 }));
      console.log(`  ${describe(runs.at(-1) as Run)}`);
    }
  return { text: tableOf(runs, options), document: { options, runs, ratios: ratiosOf(runs, options) } };
}

async function oneRun(
  entry: string,
  options: SuiteOptions,
  { signers, rawFirst }: { signers: number; rawFirst: boolean },
): Promise<Run> {
  const { count, blockMs, verbose } = options;
  const addresses = await devAddresses(signers);
  const payments = paymentsOf(count, addresses);
  const oursWith = (estimate: boolean): Promise<Ours> =>
    withChain({ blockMs }, (chain) =>
      withService({ entry, rpcUrl: chain.url, signers, verbose }, async (server) => ({
        estimate,
        ...(await ourRun(chain, server, { payments, signers: addresses, estimate })),
      })),
    );
  const measureOurs = async (): Promise<readonly Ours[]> => {
    const ours: Ours[] = [];
    for (const estimate of rawFirst ? options.estimates : [...options.estimates].reverse())
      ours.push(await oursWith(estimate));
    return ours;
  };
  if (rawFirst) {
    const raw = await rawPerSecond(payments, blockMs);
    return { signers, order: 'raw first', rawPerSecond: raw, ours: await measureOurs() };
  }
  const ours = await measureOurs();
  return { signers, order: 'ours first', rawPerSecond: await rawPerSecond(payments, blockMs), ours };
}

const gas = (estimate: boolean): string => (estimate ? 'no gasLimit' : 'gasLimit');

const describe = ({ signers, order, rawPerSecond: raw, ours }: Run): string =>
  [
    `${signers} signers, ${order}: raw ${raw.toFixed(0)}/s`,
    ...ours.map(
      ({ estimate, minedPerSecond: mined, confirmedPerSecond: confirmed }) =>
        `${gas(estimate)}: mined ${mined.toFixed(0)}/s (${(mined / raw).toFixed(3)}), confirmed ${confirmed.toFixed(0)}/s (${(confirmed / raw).toFixed(3)})`,
    ),
  ].join(' · ');

const ratiosOf = (runs: readonly Run[], { signers, estimates }: SuiteOptions) =>
  signers.flatMap((number) =>
    estimates.map((estimate) => {
      const pairs = runs
        .filter((run) => run.signers === number)
        .flatMap(({ rawPerSecond: raw, ours }) =>
          ours.filter((one) => one.estimate === estimate).map((one) => ({ raw, ...one })),
        );
      return {
        signers: number,
        estimate,
        minedToRaw: spread(pairs.map((pair) => pair.minedPerSecond / pair.raw)),
        confirmedToRaw: spread(pairs.map((pair) => pair.confirmedPerSecond / pair.raw)),
        rawPerSecond: spread(pairs.map((pair) => pair.raw)),
        minedPerSecond: spread(pairs.map((pair) => pair.minedPerSecond)),
      };
    }),
  );

const tableOf = (runs: readonly Run[], options: SuiteOptions): string =>
  textTable(
    ['signers', 'gas', 'mined to raw', 'confirmed to raw', 'raw a second', 'mined a second'],
    ratiosOf(runs, options).map((row) => [
      String(row.signers),
      gas(row.estimate),
      spreadText(row.minedToRaw),
      spreadText(row.confirmedToRaw),
      spreadText(row.rawPerSecond, 0),
      spreadText(row.minedPerSecond, 0),
    ]),
  );
