/**
 * Records how the project's own Anvil words its errors: provokes each, writes test/fixtures/node-errors/anvil.json.
 * Run it when Anvil's version moves: `npx tsx scripts/record-anvil-errors.ts`; the tests then say what is new.
 */
import { writeFileSync } from 'node:fs';
import { type Anvil, type Answer, startAnvil } from './anvil-errors/anvil.ts';
import { PROVOCATIONS, type Provocation } from './anvil-errors/provocations.ts';
import { account } from './anvil-errors/requests.ts';

const OUT = new URL('../test/fixtures/node-errors/anvil.json', import.meta.url);

type JsonRpcError = { code: number; message: string; data?: unknown };

const recorded: unknown[] = [];
const unprovoked: string[] = [];
for (const [flags, provocations] of byFlags(PROVOCATIONS)) {
  const anvil = await startAnvil(flags === '' ? [] : flags.split(' '));
  try {
    const version = String(await anvil.rpc('web3_clientVersion')).replace(/^anvil\/v/, '');
    for (const provocation of provocations) {
      const answer = await provoke(anvil, provocation);
      const error = errorOf(answer);
      if (error === undefined) unprovoked.push(`${provocation.what}: ${JSON.stringify(answer)}`);
      else recorded.push(fixture(provocation, version, answer.httpStatus, error));
    }
  } finally {
    await anvil.stop();
  }
}

if (unprovoked.length > 0) throw new Error(`No error came for:\n${unprovoked.join('\n')}`);
// One message a line, so that a difference shows which.
writeFileSync(OUT, `[\n${recorded.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`);
console.log(`${String(recorded.length)} messages recorded`);

/** Each provocation meets a fresh pool and state. */
async function provoke(anvil: Anvil, { body }: Provocation): Promise<Answer> {
  const snapshot = await anvil.rpc('evm_snapshot');
  try {
    return await anvil.post(await body(anvil, account(1)));
  } finally {
    await anvil.rpc('evm_revert', [snapshot]);
    await anvil.rpc('anvil_dropAllTransactions');
  }
}

function errorOf({ body }: Answer): JsonRpcError | undefined {
  return typeof body === 'object' && body !== null && 'error' in body ? (body.error as JsonRpcError) : undefined;
}

function fixture(provocation: Provocation, version: string, httpStatus: number, error: JsonRpcError): unknown {
  return {
    client: 'anvil',
    version,
    class: provocation.class,
    code: error.code,
    message: error.message,
    ...(error.data === undefined ? {} : { data: error.data }),
    httpStatus,
    source: `recorded: ${provocation.what}`,
  };
}

function byFlags(provocations: readonly Provocation[]): Map<string, Provocation[]> {
  const groups = new Map<string, Provocation[]>();
  for (const provocation of provocations) {
    const key = (provocation.flags ?? []).join(' ');
    groups.set(key, [...(groups.get(key) ?? []), provocation]);
  }
  return groups;
}
