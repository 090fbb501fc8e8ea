import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../support/e2e/service.ts';
import { balance, mined, newPayee, Stage, type Chain } from '../support/e2e/stage.ts';
import type { RpcCall, RpcProxy, RpcVerdict } from '../support/rpc-proxy.ts';

const GWEI = 1_000_000_000n;

describe('a transaction goes through once', () => {
  const stage = new Stage();
  let chain: Chain, proxy: RpcProxy, service: Service;
  beforeAll(async () => {
    chain = await stage.chain();
    proxy = await stage.proxy(chain.url);
    const env = { RPC_TIMEOUT_MS: '1000' };
    service = await stage.service({ dataDir: stage.folder(), rpcUrl: proxy.url, env });
  });
  afterEach(() => proxy.rule(() => 'pass'));
  afterAll(() => stage.close());

  const isSend = ({ method }: RpcCall): boolean => method === 'eth_sendRawTransaction';
  /** The first calls of the method get this verdict. Tells how many came in all. */
  const first = (count: number, of: (call: RpcCall) => boolean, verdict: RpcVerdict): (() => number) => {
    let seen = 0;
    proxy.rule((call) => (of(call) && seen++ < count ? verdict : 'pass'));
    return () => seen;
  };
  const paidOnce = async (to: string, value: bigint): Promise<void> => {
    expect(await balance(chain, to)).toBe(value);
    expect((await mined(chain)).filter((one) => one.to === to)).toHaveLength(1);
  };
  const pay = async (value: bigint): Promise<{ to: string; id: string }> => {
    const to = newPayee();
    return { to, id: await service.post({ to, value: value.toString() }) };
  };

  it('where the node takes the bytes and its answer is lost', async () => {
    const sends = first(1, isSend, 'drop');
    const { to, id } = await pay(11n);
    await service.becomes(id, 'confirmed');
    expect(sends()).toBeGreaterThan(0);
    await paidOnce(to, 11n);
  });

  it('where the node never got the bytes, and the connection broke', async () => {
    const sends = first(1, isSend, 'refuse');
    const { to, id } = await pay(12n);
    expect(await service.becomes(id, 'confirmed')).toMatchObject({ attempts: [{ kind: 'original' }] });
    expect(sends()).toBe(2);
    await paidOnce(to, 12n);
  });

  it('where the node is away for a while, and what waits is done when it is back', async () => {
    proxy.rule(() => 'refuse');
    const ids = await service.postBatch(Array.from({ length: 8 }, () => ({ to: newPayee(), value: '1' })));
    await service.when(ids[0] ?? '', 'was tried', ({ retry }) => retry.count > 0);
    proxy.rule(() => 'pass');
    await service.allBecome(ids, 'confirmed');
  });

  it('where the node hangs', async () => {
    const sends = first(1, isSend, 'hold');
    const { to, id } = await pay(13n);
    await service.becomes(id, 'confirmed');
    expect(sends()).toBe(2);
    await paidOnce(to, 13n);
  });

  it('where the node is too slow for the batches that are asked of it', async () => {
    proxy.rule((_, together) => (together.length > 6 ? 'hold' : 'pass'));
    const payees = Array.from({ length: 12 }, newPayee);
    await service.allBecome(await service.postBatch(payees.map((to) => ({ to, value: '1' }))), 'confirmed');
    for (const to of payees) expect(await balance(chain, to)).toBe(1n);
  });

  it('where the node says that it has the bytes already', async () => {
    let told = 0;
    const known = { code: -32000, message: 'already known' };
    proxy.rule((call) => {
      if (!isSend(call)) return 'pass';
      told++;
      void chain.rpc('eth_sendRawTransaction', ...call.params);
      return known;
    });
    const { to, id } = await pay(14n);
    expect(await service.becomes(id, 'confirmed')).toMatchObject({ retry: { count: 0 } });
    expect(told).toBe(1);
    await paidOnce(to, 14n);
  });

  it('where the node asks for patience: not before Retry-After, and not counted', async () => {
    const limited: number[] = [];
    let sentAt = 0;
    proxy.rule((call) => {
      if (!isSend(call)) return 'pass';
      if (limited.length > 0) {
        sentAt = performance.now();
        return 'pass';
      }
      limited.push(performance.now());
      return { status: 429, headers: { 'retry-after': '1' }, body: 'slow down' };
    });
    const { to, id } = await pay(15n);
    expect(await service.becomes(id, 'confirmed')).toMatchObject({ retry: { count: 0 } });
    expect(sentAt - (limited[0] ?? NaN)).toBeGreaterThanOrEqual(1_000);
    await paidOnce(to, 15n);
  });

  it('where the node answers a hash and drops the bytes', async () => {
    let dropped = 0;
    proxy.rule((call) => {
      if (!isSend(call) || dropped > 0) return 'pass';
      dropped++;
      return { result: `0x${'00'.repeat(32)}` };
    });
    const { to, id } = await pay(16n);
    const told = await service.becomes(id, 'confirmed');
    expect(dropped).toBe(1);
    expect(told.attempts).toHaveLength(1);
    await paidOnce(to, 16n);
  });

  it('where the market has moved on since it was quoted: new bytes at the same nonce', async () => {
    await service.becomes((await pay(1n)).id, 'confirmed');
    const belowBase = { code: -32000, message: 'max fee per gas less than block base fee' };
    const sends = first(1, isSend, belowBase);
    await chain.pause();
    const { to, id } = await pay(17n);
    await service.when(id, 'is refused', ({ retry }) => retry.lastError === 'feeBelowBase');
    await chain.rpc('anvil_setNextBlockBaseFeePerGas', `0x${(50n * GWEI).toString(16)}`);
    chain.go();
    const { attempts } = await service.becomes(id, 'confirmed');
    expect(attempts.map(({ kind }) => kind)).toEqual(['original', 'replacement']);
    expect(new Set(attempts.map(({ nonce }) => nonce)).size).toBe(1);
    expect(BigInt(attempts[1]?.maxFeePerGas ?? 0)).toBeGreaterThan(BigInt(attempts[0]?.maxFeePerGas ?? 0));
    expect(sends()).toBeGreaterThan(1);
    await paidOnce(to, 17n);
  });
});
