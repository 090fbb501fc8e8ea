import { expect, it } from 'vitest';
import { RecordingLog } from '../../../src/adapters/outbound/observability/memory/recording-log.ts';
import type { Answer, Receipt } from '../../../src/application/ports/chain-node.ts';
import type { Competitor } from '../../../src/application/ports/work.ts';
import type { TrackParts } from '../../../src/application/use-cases/track/track-parts.ts';
import { tracesOf } from '../../../src/application/use-cases/track/traces.ts';
import type { BlockHash, BlockRef, TxHash } from '../../../src/domain/primitives.ts';
import { broadcast } from '../../support/transactions.ts';
import { LANE } from '../../support/stored.ts';

const HASH = `0x${'ab'.repeat(32)}` as TxHash;
const BLOCK: BlockRef = { number: 9, hash: `0x${'09'.repeat(32)}` as BlockHash };
const row = broadcast({ heldNonce: 4, liveNonce: 4, attemptHash: HASH });
const holders = { transactions: [row], fillers: [] };

const known = (sighting: Answer<'mined' | 'pending' | 'unknown'>, receipt: Answer<Receipt | null>) => {
  const bytes = [{ nonce: 4, hash: HASH, holderId: row.id, kind: 'original', revision: 0 }] as unknown as Competitor[];
  return tracesOf(
    {
      log: new RecordingLog(),
      work: { competitors: () => Promise.resolve(bytes) },
      node: { lookUp: () => Promise.resolve([sighting]), receipts: () => Promise.resolve([receipt]) },
    } as unknown as TrackParts,
    LANE,
    holders,
  );
};
const ok = <Value>(value: Value): Answer<Value> => ({ ok: true, value });
const silent: Answer<never> = { ok: false, error: { message: 'away', transport: 'timeout' } };
const receipt: Receipt = { hash: HASH, block: BLOCK, succeeded: true, feeWei: null };

const OTHER = `0x${'cd'.repeat(32)}` as TxHash;
const used =
  (...users: readonly (readonly [number, TxHash])[]) =>
  () =>
    Promise.resolve(new Map(users));
const NOTHING = { transactions: [], fillers: [] };

it('writes off only what the node knows nothing of, where another transaction is at the nonce', async () => {
  const unknown = await known(ok('unknown'), ok(null));
  expect(await unknown.gone(used([4, OTHER]))).toEqual(holders);
  expect(await unknown.gone(used())).toEqual(NOTHING);
  expect(await unknown.gone(used([3, OTHER], [5, OTHER]))).toEqual(NOTHING);
});

it('never writes off bytes that are themselves what was mined at the nonce', async () => {
  expect(await (await known(ok('unknown'), ok(null))).gone(used([4, HASH]))).toEqual(NOTHING);
});

it.each([
  ['lie in a pool', ok('pending' as const), ok(null)],
  ['are in a block', ok('mined' as const), ok(receipt)],
  ['have a receipt, whatever the look said', ok('unknown' as const), ok(receipt)],
  ['could not be looked for', silent, ok(null)],
  ['have no answer about a receipt', ok('unknown' as const), silent],
])('never writes off bytes that %s, whatever a count says', async (_, sighting, answer) => {
  expect(await (await known(sighting, answer)).gone(used([4, OTHER]))).toEqual(NOTHING);
});

it('includes what was mined in a block that we read without it, and only in one that we read', async () => {
  const traces = await known(ok('mined'), ok(receipt));
  const [decision] = traces.missed([BLOCK]);
  expect(decision?.after).toMatchObject({ status: 'included', inclusion: { block: BLOCK, hash: HASH } });
  expect(traces.missed([{ ...BLOCK, hash: `0x${'08'.repeat(32)}` as BlockHash }])).toEqual([]);
});
