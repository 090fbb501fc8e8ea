import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Address } from '../../../src/domain/primitives.ts';
import { API_KEY, api } from '../../../test/support/server-process.ts';
import type { SuiteOptions } from '../arguments.ts';
import { withChain } from '../chain/bench-chain.ts';
import { MinedCount } from '../chain/mined-count.ts';
import { assertPaidOnce } from '../chain/paid-once.ts';
import { devAddresses } from '../load/dev-addresses.ts';
import { loaded, withBareApp } from '../load/forked.ts';
import { newPayees, paymentAt, paymentsOf, requestOf } from '../load/payments.ts';
import type { PostOrder, PostResult } from '../processes/load-process.ts';
import type { SuiteReport } from '../report/suite-report.ts';
import { spreadText, textTable } from '../report/table.ts';
import { assertAllConfirmed, nothingOpen } from '../service/confirmed-in-record.ts';
import { withService } from '../service/with-service.ts';
import { spread } from '../statistics.ts';

const PATH = '/v1/transactions';
const API_ALONE = { env: { ROLES: 'api' }, until: 'listening' } as const;
const WARM_UP_MS = 2_000;

const SIDES = ['bare Express', 'ours, ROLES=api', 'ours, all roles'] as const;
type Side = (typeof SIDES)[number];
type Figures = Omit<PostResult, 'ids'>;
type Run = Readonly<Record<Side, Figures>>;

interface Setting {
  readonly entry: string;
  readonly options: SuiteOptions;
  readonly signers: readonly Address[];
  readonly order: Omit<PostOrder, 'port'>;
}

/** Single POSTs, each 202 behind an fsync, beside an Express application that answers the same bytes without work, in the same run. */
export async function posts(entry: string, options: SuiteOptions): Promise<SuiteReport> {
  const signers = await devAddresses(Math.max(...options.signers));
  const order = {
    path: PATH,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    connections: options.connections,
    warmUpMs: WARM_UP_MS,
    measureMs: options.seconds * 1_000,
    signers,
    payees: newPayees(),
  };
  const setting = { entry, options, signers, order };
  const body = await exampleAnswer(setting);
  const runs: Run[] = [];
  for (let run = 0; run < options.runs; run++) {
    const figures: Partial<Record<Side, Figures>> = {};
    for (const side of run % 2 === 0 ? SIDES : [...SIDES].reverse()) figures[side] = await measure(side, setting, body);
    runs.push(figures as Run);
    console.log(`  ${SIDES.map((side) => `${side}: ${figures[side]?.perSecond.toFixed(0) ?? ''}/s`).join(' · ')}`);
  }
  return { text: tableOf(runs), document: { options, answerBytes: Buffer.byteLength(body), runs } };
}

async function measure(side: Side, setting: Setting, body: string): Promise<Figures> {
  const { ids: _, ...figures } = await (side === 'bare Express'
    ? withBareApp({ path: PATH, body }, (port) => loaded({ ...setting.order, port }))
    : measureOurs(setting, side === 'ours, ROLES=api'));
  return figures;
}

const measureOurs = ({ entry, options, signers, order }: Setting, onlyApi: boolean): Promise<PostResult> =>
  withChain({ blockMs: options.blockMs }, (chain) => {
    const service = {
      entry,
      rpcUrl: chain.url,
      signers: signers.length,
      verbose: options.verbose,
      ...(onlyApi ? API_ALONE : {}),
    };
    return withService(service, async (server, dataDir) => {
      const since = new Date();
      const mined = await MinedCount.open(chain.url, signers);
      const result = await loaded({ ...order, port: Number(new URL(server.origin).port) });
      if (onlyApi) {
        await server.kill(); // what a 202 promised must be there without a stop that tidies up
        assertRecorded(dataDir, result.ids);
      } else {
        await mined.reached(result.ids.length);
        await nothingOpen(server.origin);
        const hashes = await assertPaidOnce(chain.url, paymentsOf(result.ids.length, signers, order.payees));
        await assertAllConfirmed(server.origin, { ids: result.ids, since, hashes });
      }
      await mined.close();
      return result;
    });
  });

/** What the service answers to one POST, so that the bare application answers as many bytes. */
const exampleAnswer = ({ entry, options, signers, order }: Setting): Promise<string> =>
  withChain({ blockMs: options.blockMs }, (chain) => {
    const service = { entry, rpcUrl: chain.url, signers: signers.length, verbose: options.verbose, ...API_ALONE };
    return withService(service, async (server) => {
      const body = requestOf(paymentAt(0, signers, order.payees), false);
      const answer = await api(server.origin, 'POST', PATH, { body });
      if (answer.status !== 202) throw new Error(`a POST was answered ${answer.status}`);
      return JSON.stringify(answer.body);
    });
  });

/** @throws Error where the database holds other rows than were answered */
function assertRecorded(dataDir: string, ids: readonly string[]): void {
  const database = new Database(join(dataDir, 'broadcaster.sqlite'), { fileMustExist: true });
  try {
    const rows = new Set(database.prepare('SELECT id FROM transactions').pluck().all() as string[]);
    const lost = ids.filter((id) => !rows.has(id));
    if (lost.length > 0 || rows.size !== ids.length || new Set(ids).size !== ids.length)
      throw new Error(`${ids.length} answered with 202, ${rows.size} on record, ${lost.length} lost`);
  } finally {
    database.close();
  }
}

function tableOf(runs: readonly Run[]): string {
  const of = (figure: (run: Run) => number, digits: number): string => spreadText(spread(runs.map(figure)), digits);
  return textTable(
    ['', 'requests a second', 'to bare', 'p50 ms', 'p99 ms'],
    SIDES.map((side) => [
      side,
      of((run) => run[side].perSecond, 0),
      of((run) => run[side].perSecond / run['bare Express'].perSecond, 3),
      of((run) => run[side].p50Ms, 2),
      of((run) => run[side].p99Ms, 2),
    ]),
  );
}
