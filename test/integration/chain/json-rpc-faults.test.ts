import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/application/ports/chain-node.ts';
import {
  JsonRpcChainNode,
  type JsonRpcChainNodeOptions,
} from '../../../src/adapters/outbound/chain/json-rpc/json-rpc-chain-node.ts';
import { classify, type NodeError } from '../../../src/domain/node-answer/classify.ts';
import type { Address, BlockHash, Hex, TxHash } from '../../../src/domain/primitives.ts';
import { type Asked, type FaultNode, good, startFaultNode } from '../../support/fault-node.ts';

const RAW: readonly Hex[] = ['0x02aa', '0x02bb', '0x02cc'];
/** What the good node answers to raw bytes: told from the others by their last digits. */
const hashOf = (raw: unknown): TxHash => `0x${String(raw).slice(2).padStart(64, '0')}` as TxHash;
const hashes = (asked: readonly Asked[]): readonly object[] => good(asked, (one) => hashOf(one.params[0]));
const errorOf = (answer: Answer<unknown> | undefined): NodeError => {
  if (answer === undefined || answer.ok) throw new Error('no error');
  return answer.error;
};

describe('the JSON-RPC adapter on a node that misbehaves', () => {
  let fault: FaultNode;
  const nodes: JsonRpcChainNode[] = [];
  const connect = (options: Partial<JsonRpcChainNodeOptions> = {}): JsonRpcChainNode => {
    const node = new JsonRpcChainNode({ url: fault.url, timeoutMs: 20_000, ...options });
    nodes.push(node);
    return node;
  };

  beforeEach(async () => {
    fault = await startFaultNode();
  });
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.close()));
    await fault.stop();
  });

  describe('what stands for all items of a batch', () => {
    it.each<[string, object | string, number, Record<string, string>, NodeError, string]>([
      [
        'a 429 whose body is text',
        'slow down',
        429,
        { 'retry-after': '7', 'content-type': 'text/plain' },
        { message: 'slow down', transport: 'http', httpStatus: 429, retryAfterMs: 7_000 },
        'rateLimited',
      ],
      [
        'a 500 with a page',
        '<html>sorry</html>',
        500,
        { 'content-type': 'text/html' },
        { message: '<html>sorry</html>', transport: 'http', httpStatus: 500 },
        'unavailable',
      ],
      [
        'a 503 without a body',
        '',
        503,
        {},
        { message: 'HTTP 503 without a body', transport: 'http', httpStatus: 503 },
        'unavailable',
      ],
      ['a page under 200', '<html>', 200, {}, { message: '<html>', transport: 'notJsonRpc' }, 'unavailable'],
      ['a number', '17', 200, {}, { message: '17', transport: 'notJsonRpc' }, 'unavailable'],
      [
        'a bare {code, message} under 200',
        { code: 429, message: 'Too many requests, back off' },
        200,
        {},
        { code: 429, message: 'Too many requests, back off', transport: 'notJsonRpc' },
        'rateLimited',
      ],
      [
        'an error with id null, whose words would be final for an item',
        { jsonrpc: '2.0', id: null, error: { code: -32602, message: 'invalid sender' } },
        200,
        {},
        { code: -32602, message: 'invalid sender', transport: 'notJsonRpc' },
        'unavailable',
      ],
      [
        'the same under 400',
        { jsonrpc: '2.0', error: { code: -32600, message: 'batch too large' } },
        400,
        {},
        { code: -32600, message: 'batch too large', transport: 'http', httpStatus: 400 },
        'unavailable',
      ],
      [
        'an error that is a text',
        { error: 'rate limit reached' },
        200,
        {},
        { message: 'rate limit reached', transport: 'notJsonRpc' },
        'rateLimited',
      ],
      ['an object that says nothing', {}, 200, {}, { message: '{}', transport: 'notJsonRpc' }, 'unavailable'],
    ])('%s', async (_name, body, status, headers, error, errorClass) => {
      fault.behave((_asked, wire) => {
        wire.answer(body, status, headers);
      });
      const answers = await connect().send(RAW);
      expect(answers).toEqual(RAW.map(() => ({ ok: false, error })));
      expect(classify(errorOf(answers[0])).class).toBe(errorClass);
    });

    it('a hang ends as a time-out', async () => {
      fault.behave((_asked, wire) => {
        wire.hang();
      });
      const error = { transport: 'timeout', message: 'no answer within 50 ms' };
      const node = connect({ timeoutMs: 50 });
      expect(await node.send(RAW)).toEqual(RAW.map(() => ({ ok: false, error })));
      expect(await node.head()).toEqual({ ok: false, error });
    });

    it('a time-out ends a call of many batches', async () => {
      fault.behave((_asked, wire) => {
        wire.hang();
      });
      const answers = await connect({ timeoutMs: 50 }).send(Array.from({ length: 700 }, () => '0x02' as const));
      expect(new Set(answers.map((answer) => errorOf(answer).transport))).toEqual(new Set(['timeout']));
      // Four at once; the other three were never sent.
      expect(fault.received.length).toBeLessThanOrEqual(4);
    });

    it('a time-out makes batches smaller until the node answers them, and what it answered is kept', async () => {
      fault.behave((asked, wire) => {
        if (asked.length > 10) wire.hang();
        else wire.answer(hashes(asked));
      });
      const node = connect({ timeoutMs: 250 });
      let open = Array.from({ length: 60 }, (_, index): Hex => `0x${index.toString(16).padStart(4, '0')}`);
      for (let calls = 0; open.length > 0; calls++) {
        expect(calls).toBeLessThan(10);
        const answers = await node.send(open);
        answers.forEach((answer, i) => {
          if (answer.ok) expect(answer.value).toBe(hashOf(open[i]));
          else expect(answer.error.transport).toBe('timeout');
        });
        open = open.filter((_, i) => !answers[i]?.ok);
      }
      expect(fault.received.slice(0, 4).map((batch) => batch.length)).toEqual([60, 30, 15, 7]);
    });

    it('a connection that breaks in the middle of the body, or before it', async () => {
      fault.behave((_asked, wire) => {
        wire.breakMidBody();
      });
      const node = connect();
      expect((await node.send(RAW)).map((answer) => errorOf(answer).transport)).toEqual(['reset', 'reset', 'reset']);
      fault.behave((_asked, wire) => {
        wire.breakAtOnce();
      });
      expect(errorOf(await node.head()).transport).toBe('reset');
    });

    it('nobody listens', async () => {
      const node = connect();
      await fault.stop();
      expect((await node.send(RAW)).map((answer) => errorOf(answer).transport)).toEqual([
        'refused',
        'refused',
        'refused',
      ]);
      expect(errorOf(await node.identity()).transport).toBe('refused');
      fault = await startFaultNode();
    });

    it('a body without end is cut off at the limit', async () => {
      fault.behave((asked, wire) => {
        wire.answer([...hashes(asked), { padding: 'x'.repeat(100_000) }]);
      });
      const answers = await connect({ maxResponseBytes: 10_000 }).send(RAW);
      expect(answers.map((answer) => errorOf(answer).transport)).toEqual(['notJsonRpc', 'notJsonRpc', 'notJsonRpc']);
    });

    it('keeps the beginning of a long text only', async () => {
      fault.behave((_asked, wire) => {
        wire.answer('y'.repeat(1_000_000), 502);
      });
      expect(errorOf((await connect().send(RAW))[0]).message).toHaveLength(4_096);
    });
  });

  describe('items of a batch', () => {
    it('in any order', async () => {
      fault.behave((asked, wire) => {
        wire.answer(hashes(asked).toReversed());
      });
      expect(await connect().send(RAW)).toEqual(RAW.map((raw) => ({ ok: true, value: hashOf(raw) })));
    });

    it('one with a foreign id is missing, the others count', async () => {
      fault.behave((asked, wire) => {
        const [first, ...others] = hashes(asked);
        wire.answer([{ ...first, id: 987_654 }, ...others]);
      });
      const answers = await connect().send(RAW);
      expect(errorOf(answers[0]).transport).toBe('idMismatch');
      expect(answers.slice(1)).toEqual(RAW.slice(1).map((raw) => ({ ok: true, value: hashOf(raw) })));
    });

    it('missing', async () => {
      fault.behave((asked, wire) => {
        wire.answer(hashes(asked).slice(1));
      });
      const answers = await connect().send(RAW);
      expect(answers.map((answer) => (answer.ok ? answer.value : answer.error.transport))).toEqual([
        'idMismatch',
        ...RAW.slice(1).map(hashOf),
      ]);
    });

    it('missing, explained by an error with id null', async () => {
      fault.behave((asked, wire) => {
        wire.answer([
          ...hashes(asked).slice(1),
          { jsonrpc: '2.0', id: null, error: { code: -32005, message: 'rate limit' } },
        ]);
      });
      const [first] = await connect().send(RAW);
      expect(errorOf(first)).toEqual({ code: -32005, message: 'rate limit', transport: 'notJsonRpc' });
    });

    it('all missing', async () => {
      fault.behave((_asked, wire) => {
        wire.answer([]);
      });
      expect((await connect().send(RAW)).map((answer) => errorOf(answer).transport)).toEqual(
        Array(3).fill('idMismatch'),
      );
    });

    it('doubled alike count once, doubled with different contents not at all', async () => {
      fault.behave((asked, wire) => {
        const [first, second, third] = hashes(asked);
        wire.answer([first, first, second, { ...second, result: hashOf('0xff') }, third]);
      });
      const answers = await connect().send(RAW);
      expect(answers[0]).toEqual({ ok: true, value: hashOf(RAW[0]) });
      expect(errorOf(answers[1]).transport).toBe('idMismatch');
      expect(answers[2]).toEqual({ ok: true, value: hashOf(RAW[2]) });
    });

    it('an error for one of them under 200, with its data', async () => {
      fault.behave((asked, wire) => {
        const [first, ...others] = hashes(asked) as { id: number }[];
        const error = {
          code: -32005,
          message: 'daily request count exceeded, request rate limited',
          data: { rate: { backoff_seconds: 30 } },
        };
        wire.answer([{ jsonrpc: '2.0', id: first?.id, error }, ...others]);
      });
      const answers = await connect().send(RAW);
      expect(classify(errorOf(answers[0]))).toEqual({ class: 'rateLimited', retryAfterMs: 30_000 });
      expect(answers.slice(1).every((answer) => answer.ok)).toBe(true);
    });

    it('errors of items keep their status and Retry-After', async () => {
      fault.behave((asked, wire) => {
        wire.answer(
          asked.map(({ id }) => ({ jsonrpc: '2.0', id, error: { code: -32000, message: 'limited' } })),
          429,
          { 'retry-after': '2' },
        );
      });
      const [first] = await connect().send(RAW);
      expect(errorOf(first)).toEqual({ code: -32000, message: 'limited', httpStatus: 429, retryAfterMs: 2_000 });
    });

    it('neither result nor error, or a result that is no hash', async () => {
      fault.behave((asked, wire) => {
        const [first, second, third] = asked;
        wire.answer([
          { jsonrpc: '2.0', id: first?.id },
          { jsonrpc: '2.0', id: second?.id, result: '0x1234' },
          { jsonrpc: '2.0', id: third?.id, result: null },
          null,
          7,
        ]);
      });
      expect((await connect().send(RAW)).map((answer) => errorOf(answer).transport)).toEqual(
        Array(3).fill('notJsonRpc'),
      );
    });

    it('an answer to an earlier request is none to a later one', async () => {
      const node = connect();
      let earlier: readonly object[] = [];
      fault.behave((asked, wire) => {
        earlier = hashes(asked);
        wire.answer(earlier);
      });
      await node.send(RAW);
      fault.behave((_asked, wire) => {
        wire.answer(earlier);
      });
      expect((await node.send(RAW)).map((answer) => errorOf(answer).transport)).toEqual(Array(3).fill('idMismatch'));
    });
  });

  describe('single calls, through web3', () => {
    it.each<[string, (asked: Asked) => object | string, number, NodeError]>([
      [
        'an answer with a foreign id',
        () => ({ jsonrpc: '2.0', id: 99_999, result: '0x1' }),
        200,
        { transport: 'idMismatch', message: 'the answer has the id of another request' },
      ],
      [
        'a 429 with text',
        () => 'slow down',
        429,
        { transport: 'http', httpStatus: 429, message: 'slow down', retryAfterMs: 3_000 },
      ],
      [
        "an error of the node's own, with the word that web3 rewrites",
        ({ id }) => ({
          jsonrpc: '2.0',
          id,
          error: { code: 3, message: 'execution reverted: nope', data: { data: '0xDEADBEEF' } },
        }),
        200,
        { code: 3, message: 'execution reverted: nope', data: '0xdeadbeef', retryAfterMs: 3_000 },
      ],
    ])('%s', async (_name, body, status, error) => {
      fault.behave(([asked], wire) => {
        wire.answer(body(asked as Asked), status, { 'retry-after': '3' });
      });
      expect(errorOf(await connect().head())).toEqual(error);
    });

    it.each<[string, unknown]>([
      ['null', null],
      ['a text', '0x10'],
      ['a list', []],
      ['a block without fields', {}],
      ['a JSON-RPC error as a result', { jsonrpc: '2.0', id: 1, error: { code: 1, message: 'reverted' } }],
    ])('a head that is %s is no answer', async (_name, result) => {
      fault.behave((asked, wire) => {
        wire.answer(good(asked, () => result)[0]);
      });
      expect(errorOf(await connect().head()).transport).toBe('notJsonRpc');
    });
  });

  describe('shutdown and cut', () => {
    it("the caller's signal ends a send as unknown", async () => {
      fault.behave((_asked, wire) => {
        wire.hang();
      });
      const controller = new AbortController();
      const arrived = fault.nextRequest();
      const answers = connect().send(RAW, controller.signal);
      await arrived;
      controller.abort();
      const error = { transport: 'timeout', message: 'cut off before an answer came' };
      expect(await answers).toEqual(RAW.map(() => ({ ok: false, error })));
    });

    it.each(['close()', 'the shared signal'])('%s ends what is under way and what comes after', async (how) => {
      fault.behave((_asked, wire) => {
        wire.hang();
      });
      const shutdown = new AbortController();
      const node = connect({ signal: shutdown.signal });
      const arrived = fault.nextRequest();
      const underWay = node.head();
      await arrived;
      if (how === 'close()') await node.close();
      else shutdown.abort();
      expect(errorOf(await underWay).transport).toBe('timeout');
      expect(errorOf((await node.send(RAW))[0]).transport).toBe('timeout');
      expect(fault.received).toHaveLength(1);
    });
  });

  it('sends batches of at most 100 and of less than a megabyte, in order', async () => {
    fault.behave((asked, wire) => {
      wire.answer(hashes(asked));
    });
    const raw = Array.from({ length: 250 }, (_, index): Hex => `0x${index.toString(16).padStart(4, '0')}`);
    const node = connect();
    expect(await node.send(raw)).toEqual(raw.map((one) => ({ ok: true, value: hashOf(one) })));
    expect(fault.received.map((batch) => batch.length).toSorted()).toEqual([100, 100, 50]);

    fault.behave((asked, wire) => {
      wire.answer(good(asked, () => hashOf('0x01')));
    });
    await node.send(Array.from({ length: 5 }, (): Hex => `0x${'ab'.repeat(200_000)}`));
    expect(
      fault.received
        .slice(3)
        .map((batch) => batch.length)
        .toSorted(),
    ).toEqual([1, 2, 2]);
  });

  it('never asks for a pending nonce count, whose answer a node makes of what it happens to have in its pool', async () => {
    const address = `0x${'0a'.repeat(20)}` as Address;
    const blockHash = `0x${'0b'.repeat(32)}` as BlockHash;
    fault.behave((asked, wire) => {
      wire.answer(good(asked, ({ params }) => (params[1] === 'pending' ? '0x7' : '0x4')));
    });
    const node = connect();
    const state = { ok: true, value: { nonce: 4, balanceWei: 4n } };
    expect(await node.accounts([address], 'latest')).toEqual([state]);
    expect(await node.accounts([address], blockHash)).toEqual([state]);
    expect(fault.received.flat().map(({ params }) => params[1])).toEqual([
      ...Array<unknown>(2).fill('latest'),
      ...Array<unknown>(2).fill({ blockHash }),
    ]);
  });

  it('keeps path and query of the URL and turns its user into Basic authentication', async () => {
    const seen: unknown[] = [];
    fault.behave((asked, wire) => {
      seen.push(wire.path, wire.headers.authorization);
      wire.answer(hashes(asked));
    });
    const url = `${fault.url.replace('//', '//user:p%40ss@')}/v2/key?chain=1`;
    await connect({ url }).send(RAW);
    expect(seen).toEqual(['/v2/key?chain=1', `Basic ${Buffer.from('user:p@ss').toString('base64')}`]);
  });
});
