import { expect, it } from 'vitest';
import { Bulk } from '../../../../src/adapters/outbound/chain/json-rpc/bulk.ts';
import type { RpcRequest } from '../../../../src/adapters/outbound/chain/json-rpc/provider.ts';
import type { Answer } from '../../../../src/application/ports/chain-node.ts';
import type { NodeError } from '../../../../src/domain/node-answer/classify.ts';
import { allHasRun, deferred } from '../../../support/deferred.ts';

const TIMEOUT: NodeError = { transport: 'timeout', message: 'no answer within 1000 ms' };
const LIMITED: NodeError = { transport: 'http', httpStatus: 429, message: 'slow down' };
const requests = (count: number, method = 'eth_sendRawTransaction'): readonly RpcRequest[] =>
  Array.from({ length: count }, (_, number) => ({ method, params: [number] }));
const numbers = (answers: readonly Answer<unknown>[]): readonly unknown[] =>
  answers.flatMap((answer) => (answer.ok ? [answer.value] : []));
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);

/** A node that says of each batch what came of it: null, or why there was no answer. */
function bulkOn(
  faultOf: (batch: readonly RpcRequest[], index: number) => NodeError | null | Promise<NodeError | null>,
) {
  const received: (readonly RpcRequest[])[] = [];
  const waits: AbortController[] = [];
  const bulk = new Bulk({
    deadline: () => {
      const controller = new AbortController();
      waits.push(controller);
      return { signal: controller.signal, dispose: () => undefined };
    },
    batch: async (batch) => {
      const error = await faultOf(batch, received.push(batch) - 1);
      return batch.map(({ params }) => (error === null ? { ok: true, value: params[0] } : { ok: false, error }));
    },
  });
  return { bulk, received, waits, sizes: () => received.map((batch) => batch.length) };
}

/** It takes a time for each request of a batch, and the time-out is over with the eighth. */
const slow = (batch: readonly RpcRequest[]): NodeError | null => (batch.length > 8 ? TIMEOUT : null);

it.each(['ask', 'askInOrder'] as const)('%s gets through on a node that is too slow for full batches', async (how) => {
  const { bulk, sizes } = bulkOn(slow);
  let open = requests(300);
  for (let calls = 0; open.length > 0; calls++) {
    expect(calls).toBeLessThan(40);
    const answers = await bulk[how](open);
    expect(answers).toHaveLength(open.length);
    open = open.filter((_, i) => !answers[i]?.ok);
  }
  expect(Math.max(...sizes().slice(-8))).toBeLessThanOrEqual(9);
});

it('sends full batches, one after the other, where all is answered', async () => {
  const { bulk, sizes } = bulkOn(() => null);
  expect(numbers(await bulk.askInOrder(requests(250)))).toEqual(upTo(250));
  expect(numbers(await bulk.ask(requests(250)))).toEqual(upTo(250));
  expect(sizes()).toEqual([100, 100, 50, 100, 100, 50]);
});

it.each([TIMEOUT, LIMITED, { transport: 'reset', message: 'ECONNRESET' } as const])(
  'keeps what was answered, and sends nothing in order behind a batch without an answer: $message',
  async (error) => {
    const { bulk, received } = bulkOn((_, index) => (index === 1 ? error : null));
    const answers = await bulk.askInOrder(requests(350));
    expect(numbers(answers)).toEqual(upTo(100));
    expect(answers.slice(100)).toEqual(Array(250).fill({ ok: false, error }));
    expect(received).toHaveLength(2);
  },
);

it('goes on in order behind a batch of which something was answered', async () => {
  const bulk = new Bulk({
    deadline: () => ({ signal: new AbortController().signal, dispose: () => undefined }),
    batch: async (batch) =>
      batch.map((_, i) =>
        i === 0 ? { ok: true, value: 1 } : { ok: false, error: { ...TIMEOUT, transport: 'idMismatch' } },
      ),
  });
  expect(numbers(await bulk.askInOrder(requests(201)))).toEqual([1, 1, 1]);
});

it('starts no batch more of a call where one timed out, and keeps those under way', async () => {
  const hold = deferred<null>();
  const { bulk, sizes } = bulkOn((_, index) => (index === 0 ? TIMEOUT : hold.promise));
  const answers = bulk.ask(requests(700));
  await allHasRun();
  hold.resolve(null);
  expect(numbers(await answers)).toEqual(upTo(400).slice(100));
  expect(sizes()).toEqual([100, 100, 100, 100]);
});

it('goes on side by side where one was lost on the way', async () => {
  const { bulk } = bulkOn((_, index) => (index === 0 ? { transport: 'reset', message: 'ECONNRESET' } : null));
  expect(numbers(await bulk.ask(requests(700)))).toHaveLength(600);
});

it.each([LIMITED, { transport: 'refused', message: 'ECONNREFUSED' } as const])(
  'does not take batches for too large: $message',
  async (error) => {
    const { bulk, sizes } = bulkOn(() => error);
    await bulk.ask(requests(100));
    await bulk.ask(requests(100));
    expect(sizes()).toEqual([100, 100]);
  },
);

it('learns of each method by itself', async () => {
  const { bulk, sizes } = bulkOn(([first]) => (first?.method === 'eth_estimateGas' ? TIMEOUT : null));
  await bulk.ask(requests(100, 'eth_estimateGas'));
  await bulk.ask(requests(100, 'eth_getTransactionReceipt'));
  await bulk.ask(requests(50, 'eth_estimateGas'));
  expect(sizes()).toEqual([100, 100, 50]);
});

it('waits for a place among four no longer than the time-out, and then asks nothing', async () => {
  const hold = deferred<null>();
  const { bulk, received, waits } = bulkOn(() => hold.promise);
  const before = bulk.ask(requests(400));
  await allHasRun();
  const waiting = bulk.ask(requests(3));
  waits.at(-1)?.abort(new Error(TIMEOUT.message));
  expect(await waiting).toEqual(Array(3).fill({ ok: false, error: TIMEOUT }));
  hold.resolve(null);
  expect(numbers(await before)).toHaveLength(400);
  expect(received).toHaveLength(4);
});
