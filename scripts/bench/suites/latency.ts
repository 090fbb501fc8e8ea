import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { createNativeCodec } from '../../../src/adapters/outbound/codec/native.ts';
import type { Hex } from '../../../src/domain/primitives.ts';
import { startRpcProxy } from '../../../test/support/rpc-proxy.ts';
import { API_KEY } from '../../../test/support/server-process.ts';
import type { SuiteOptions } from '../arguments.ts';
import { withChain } from '../chain/bench-chain.ts';
import { MinedCount } from '../chain/mined-count.ts';
import { assertPaidOnce } from '../chain/paid-once.ts';
import { devAddresses } from '../load/dev-addresses.ts';
import { paymentsOf, requestOf, type Payment } from '../load/payments.ts';
import type { SuiteReport } from '../report/suite-report.ts';
import { textTable } from '../report/table.ts';
import { bareCommits } from '../service/bare-commits.ts';
import { assertAllConfirmed, nothingOpen } from '../service/confirmed-in-record.ts';
import { withService } from '../service/with-service.ts';
import { median, quantile } from '../statistics.ts';

interface Run {
  readonly signers: number;
  readonly estimate: boolean;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** A bare commit with its fsync, in the same folder. */
  readonly commitMs: number;
  readonly allowedP50Ms: number;
}

/** At light load: from a POST to its bytes at the node, timed by a proxy in front of it. */
export async function latency(entry: string, options: SuiteOptions): Promise<SuiteReport> {
  const runs: Run[] = [];
  for (const signers of options.signers)
    for (const estimate of options.estimates)
      for (let run = 0; run < options.runs; run++) runs.push(await oneRun(entry, options, signers, estimate));
  const rows = runs.map(({ signers, estimate, p50Ms, p99Ms, commitMs, allowedP50Ms }) => [
    `${signers} signers, ${estimate ? 'no gasLimit' : 'gasLimit'}`,
    ...[p50Ms, p99Ms, commitMs, allowedP50Ms].map((ms) => ms.toFixed(2)),
    (p99Ms / p50Ms).toFixed(2),
  ]);
  const headers = ['', 'p50 ms', 'p99 ms', 'bare commit ms', '8 ms + 3 commits', 'p99 to p50'];
  return { text: textTable(headers, rows), document: { options, runs } };
}

async function oneRun(entry: string, options: SuiteOptions, signers: number, estimate: boolean): Promise<Run> {
  const addresses = await devAddresses(signers);
  const payments = paymentsOf(options.count, addresses);
  return withChain({ blockMs: options.blockMs }, async (chain) => {
    const proxy = await startRpcProxy(chain.url);
    const seen: { readonly raw: Hex; readonly at: number }[] = [];
    proxy.rule(({ method, params }) => {
      if (method === 'eth_sendRawTransaction') seen.push({ raw: params[0] as Hex, at: performance.now() });
      return 'pass';
    });
    try {
      const service = { entry, rpcUrl: proxy.url, signers, verbose: options.verbose };
      return await withService(service, async (server, dataDir) => {
        const commits = [...bareCommits(dataDir)];
        const mined = await MinedCount.open(chain.url, addresses);
        const since = new Date();
        const { ids, postedAt } = await postSlowly(server.origin, payments, options.ratePerSecond, estimate);
        await mined.reached(payments.length);
        await nothingOpen(server.origin);
        await mined.close();
        const hashes = await assertPaidOnce(chain.url, payments);
        await assertAllConfirmed(server.origin, { ids, since, hashes });
        commits.push(...bareCommits(dataDir));
        const tookMs = await matched(postedAt, seen);
        const commitMs = median(commits);
        return {
          signers,
          estimate,
          p50Ms: quantile(tookMs, 0.5),
          p99Ms: quantile(tookMs, 0.99),
          commitMs,
          allowedP50Ms: 8 + 3 * commitMs,
        };
      });
    } finally {
      await proxy.stop();
    }
  });
}

/** Gaps of half to one and a half of the mean, so that no POST keeps step with the blocks. No POST waits for the one before it. */
async function postSlowly(
  origin: string,
  payments: readonly Payment[],
  ratePerSecond: number,
  estimate: boolean,
): Promise<{ readonly ids: readonly string[]; readonly postedAt: ReadonlyMap<bigint, number> }> {
  const pool = new Pool(origin, { connections: 32, pipelining: 1 });
  const postedAt = new Map<bigint, number>();
  const posting: Promise<string>[] = [];
  let due = performance.now();
  for (const payment of payments) {
    await sleep(Math.max(0, due - performance.now()));
    due += ((0.5 + Math.random()) * 1_000) / ratePerSecond;
    postedAt.set(payment.valueWei, performance.now());
    posting.push(postOne(pool, payment, estimate));
  }
  const ids = await Promise.all(posting);
  await pool.close();
  return { ids, postedAt };
}

async function postOne(pool: Pool, payment: Payment, estimate: boolean): Promise<string> {
  const answer = await pool.request({
    method: 'POST',
    path: '/v1/transactions',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(requestOf(payment, estimate)),
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 202) throw new Error(`a POST was answered ${answer.statusCode}: ${text.slice(0, 500)}`);
  return (JSON.parse(text) as { id: string }).id;
}

/** From each POST to the first time that its bytes were seen. */
async function matched(
  postedAt: ReadonlyMap<bigint, number>,
  seen: readonly { readonly raw: Hex; readonly at: number }[],
): Promise<readonly number[]> {
  const codec = await createNativeCodec();
  if (codec === null) throw new Error('the native codec is missing');
  const recovered = await codec.recover(seen.map(({ raw }) => raw));
  const firstAt = new Map<bigint, number>();
  recovered.forEach((one, i) => {
    if (one.kind !== 'recovered') throw new Error(`bytes that nobody can read: ${one.message}`);
    const { valueWei } = one.unsigned;
    if (!firstAt.has(valueWei)) firstAt.set(valueWei, seen[i]?.at as number);
  });
  return [...postedAt].map(([valueWei, at]) => {
    const seenAt = firstAt.get(valueWei);
    if (seenAt === undefined) throw new Error(`the payment of ${valueWei} wei was never seen at the node`);
    return seenAt - at;
  });
}
