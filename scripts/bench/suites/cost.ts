import { setTimeout as sleep } from 'node:timers/promises';
import type { SuiteOptions } from '../arguments.ts';
import { withChain } from '../chain/bench-chain.ts';
import type { MinedCount } from '../chain/mined-count.ts';
import { devAddresses } from '../load/dev-addresses.ts';
import { paymentsOf } from '../load/payments.ts';
import type { SuiteReport } from '../report/suite-report.ts';
import { textTable } from '../report/table.ts';
import { ourRun } from '../service/our-run.ts';
import { cpuSeconds, residentMibOf } from '../service/process-cost.ts';
import { withService } from '../service/with-service.ts';

interface Sample {
  readonly seconds: number;
  readonly mined: number;
  readonly residentMib: number;
}
interface Run {
  readonly signers: number;
  readonly estimate: boolean;
  readonly cpuSecondsPerThousand: number;
  readonly minedPerSecond: number;
  readonly samples: readonly Sample[];
}

/** CPU time of the server for 1,000 transactions at batch load, the node not counted, and its memory all the while. */
export async function cost(entry: string, options: SuiteOptions): Promise<SuiteReport> {
  const runs: Run[] = [];
  for (const signers of options.signers)
    for (const estimate of options.estimates)
      for (let run = 0; run < options.runs; run++) runs.push(await oneRun(entry, options, signers, estimate));
  const half = Math.ceil(options.count / 2);
  const rows = runs.map(({ signers, estimate, cpuSecondsPerThousand, minedPerSecond, samples }) => [
    `${signers} signers${estimate ? ', no gasLimit' : ''}`,
    cpuSecondsPerThousand.toFixed(3),
    minedPerSecond.toFixed(0),
    residentAt(samples, half).toFixed(0),
    residentAt(samples, options.count).toFixed(0),
    Math.max(...samples.map(({ residentMib }) => residentMib)).toFixed(0),
  ]);
  const headers = ['', 'CPU s for 1,000', 'mined a second', `MiB at ${half}`, `MiB at ${options.count}`, 'MiB at most'];
  return { text: textTable(headers, rows), document: { options, runs } };
}

const oneRun = async (entry: string, options: SuiteOptions, signers: number, estimate: boolean): Promise<Run> => {
  const { count, blockMs, verbose } = options;
  const addresses = await devAddresses(signers);
  return withChain({ blockMs }, (chain) =>
    withService({ entry, rpcUrl: chain.url, signers, verbose }, async (server) => {
      const { pid } = server;
      const samples: Sample[] = [];
      const ended = new AbortController();
      let [before, cpu] = [0, 0];
      let sampling = Promise.resolve();
      const { minedPerSecond } = await ourRun(chain, server, {
        payments: paymentsOf(count, addresses),
        signers: addresses,
        estimate,
        onBegin: (mined) => {
          before = cpuSeconds(pid);
          sampling = sample(pid, mined, samples, ended.signal);
        },
        onEnd: async () => {
          cpu = cpuSeconds(pid) - before;
          ended.abort();
          await sampling;
        },
      });
      return { signers, estimate, cpuSecondsPerThousand: (cpu / count) * 1_000, minedPerSecond, samples };
    }),
  );
};

async function sample(pid: number, mined: MinedCount, samples: Sample[], ended: AbortSignal): Promise<void> {
  const begin = performance.now();
  const take = async (): Promise<void> => {
    const count = await mined.now();
    samples.push({ seconds: (performance.now() - begin) / 1_000, mined: count, residentMib: residentMibOf(pid) });
  };
  while (!ended.aborted) {
    await take();
    await sleep(1_000, undefined, { signal: ended }).catch(() => undefined);
  }
  await take();
}

/** When so many were mined. */
function residentAt(samples: readonly Sample[], mined: number): number {
  const found = samples.find((one) => one.mined >= mined);
  if (found === undefined) throw new Error(`no sample has ${mined} mined`);
  return found.residentMib;
}
