// npm run bench [-- --count 10000 --signers 4 --runs 3 --block-ms 200 --estimate]
// Ratios against the raw node in the same run: absolute times of one machine say nothing about another.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { randomBytes } from 'node:crypto';
import { createDevSigner } from '../src/adapters/outbound/signing/dev-signer.ts';
import type { Address } from '../src/domain/primitives.ts';
import { startAnvil } from '../test/support/anvil.ts';
import { startServerProcess } from '../test/support/server-process.ts';
import { ourRates } from './bench/ours.ts';
import { presign, rawRate } from './bench/raw-node.ts';
import { ensureBuilt } from './setup/build.mjs';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    signers: { type: 'string', default: '4' },
    runs: { type: 'string', default: '3' },
    'block-ms': { type: 'string', default: '200' },
    estimate: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const count = Number(values.count);
const signerCount = Number(values.signers);
const blockTimeMs = Number(values['block-ms']);
const ANVIL_ARGS = ['--gas-limit', '3000000000'];

const entry = join(await ensureBuilt(), 'server.js');
const signers = await Promise.all(
  Array.from({ length: signerCount }, async (_, i) => (await createDevSigner(i)).address),
);
const payees = Array.from({ length: 1_000 }, () => `0x${randomBytes(20).toString('hex')}` as Address);

interface Run {
  readonly raw: number;
  readonly mined: number;
  readonly confirmed: number;
}
const runs: Run[] = [];
for (let run = 0; run < Number(values.runs); run++) {
  runs.push({ raw: await measureRaw(), ...(await measureOurs()) });
  const { raw, mined, confirmed } = runs.at(-1) as Run;
  console.log(
    `run ${run + 1}: raw node ${raw.toFixed(0)}/s, mined ${mined.toFixed(0)}/s (${(mined / raw).toFixed(3)}), confirmed ${confirmed.toFixed(0)}/s (${(confirmed / raw).toFixed(3)})`,
  );
}
const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;
const ratios = runs.map(({ raw, mined }) => mined / raw);
console.log(
  JSON.stringify({
    count,
    signers: signerCount,
    blockTimeMs,
    estimate: values.estimate,
    runs,
    minedToRaw: { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) },
  }),
);

async function measureRaw(): Promise<number> {
  const lists = await presign(signerCount, count, payees);
  const anvil = await startAnvil({ blockTimeMs, args: ANVIL_ARGS });
  try {
    return await rawRate(anvil, lists, signers);
  } finally {
    await anvil.stop();
  }
}

async function measureOurs(): Promise<{ readonly mined: number; readonly confirmed: number }> {
  const anvil = await startAnvil({ blockTimeMs, args: ANVIL_ARGS });
  const dataDir = mkdtempSync(join(tmpdir(), 'broadcaster-bench-'));
  try {
    const env = { SIGNERS: signers.map((_, i) => `dev:${i}`).join(), CONFIRMATIONS: '2', LOG_LEVEL: 'warn' };
    const server = await startServerProcess({ entry, dataDir, rpcUrl: anvil.url, env, verbose: values.verbose });
    const rates = await ourRates(anvil, server, { signers, payees, count, gasLimit: values.estimate ? null : '21000' });
    await server.stop();
    return rates;
  } finally {
    await anvil.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
