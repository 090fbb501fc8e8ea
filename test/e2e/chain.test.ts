import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../support/e2e/service.ts';
import { balance, DEV, mined, newPayee, Stage, type Chain } from '../support/e2e/stage.ts';
import { until } from '../support/until.ts';

describe('on a chain that reorganises and a window of five', () => {
  const stage = new Stage();
  let chain: Chain, service: Service;
  beforeAll(async () => {
    chain = await stage.chain();
    const env = { CONFIRMATIONS: '3', MAX_IN_FLIGHT: '5' };
    service = await stage.service({ dataDir: stage.folder(), rpcUrl: chain.url, env });
  });
  afterAll(() => stage.close());

  it('what a reorg takes out of the chain is sent again, and confirmed once', async () => {
    const to = newPayee();
    // Still before it is sent: it has to be in the very last block.
    await chain.pause();
    const id = await service.post({ to, value: '21' });
    await service.when(id, 'is sent', ({ status }) => status === 'broadcast');
    await chain.mine();
    const { block } = await service.becomes(id, 'included');
    // One block deep: its transactions are gone, not back in the pool.
    await chain.rpc('anvil_reorg', 1, []);
    expect(await balance(chain, to)).toBe(0n);
    chain.go();
    const told = await service.becomes(id, 'confirmed');
    expect(told.block?.hash).not.toBe(block?.hash);
    expect(told.events.map(({ type }) => type)).toContain('Reorged');
    expect(told.attempts).toHaveLength(1);
    expect((await mined(chain)).filter((one) => one.to === to)).toHaveLength(1);
  });

  it('a hundred of one signer go through, and never more than five wait in the pool', async () => {
    const inPool = async (): Promise<number> => {
      const { pending, queued } = await chain.rpc<{ pending: string; queued: string }>('txpool_status');
      return Number(pending) + Number(queued);
    };
    const done = new AbortController();
    const watch = (async () => {
      let most = 0;
      while (!done.signal.aborted) most = Math.max(most, await inPool());
      return most;
    })();
    const first = Number(await chain.rpc('eth_getTransactionCount', DEV[1], 'latest'));
    const to = newPayee();
    const wanted = Array.from({ length: 100 }, () => ({ from: DEV[1], to, value: '1' }));
    const ids = await service.postBatch(wanted);
    const told = await service.allBecome(ids, 'confirmed');
    done.abort();
    const most = await watch;
    expect(ids.map((id) => told.get(id)?.nonce)).toEqual(ids.map((_, i) => first + i));
    expect(await balance(chain, to)).toBe(100n);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(5);
    await until('the pool is empty', async () => (await inPool()) === 0);
  });
});
