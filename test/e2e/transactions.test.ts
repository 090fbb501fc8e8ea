import { getContractAddress } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../support/e2e/service.ts';
import { balance, DEV, mined, newPayee, Stage, type Chain } from '../support/e2e/stage.ts';
import { api } from '../support/server-process.ts';
import { until } from '../support/until.ts';

/** Returns this code at its creation. */
const initCode = (runtime: string): string => {
  const length = runtime.length / 2;
  const hex = (value: number): string => value.toString(16).padStart(2, '0');
  // PUSHn code, MSTORE at 0 (right-aligned in its word), RETURN it.
  return `0x${hex(0x5f + length)}${runtime}600052` + `60${hex(length)}60${hex(32 - length)}f3`;
};
/** Reverts whatever it is asked. */
const REVERTS = '60006000fd';
/** Reverts unless the address in its calldata has code. */
const NEEDS_CODE_AT = '6000353b600c5760006000fd5b00';
const GWEI = 1_000_000_000n;

describe('a transaction', () => {
  const stage = new Stage();
  let anvil: Chain, service: Service;
  beforeAll(async () => {
    anvil = await stage.chain();
    const env = { API_KEYS: 'test:test-key-0123456789abcdef,other:other-key-0123456789abcdef' };
    service = await stage.service({ dataDir: stage.folder(), rpcUrl: anvil.url, env });
  });
  afterAll(() => stage.close());

  const countOf = async (address: string) => Number(await anvil.rpc('eth_getTransactionCount', address, 'latest'));
  /** The signer has just this much, and the service has seen a block that says so. */
  const leave = async (address: string, wei: bigint): Promise<void> => {
    await anvil.rpc('anvil_setBalance', address, `0x${wei.toString(16)}`);
    const ask = await service.admin();
    await until('the service has seen it', async () => {
      const { items } = await ask<{ items: readonly { address: string; balance: string }[] }>('/v1/admin/signers');
      return items.some((one) => one.address.toLowerCase() === address && one.balance === wei.toString());
    });
  };
  const deploy = async (runtime: string): Promise<string> => {
    const { hash } = await service.becomes(await service.post({ data: initCode(runtime) }), 'confirmed');
    const receipt = await anvil.rpc<{ contractAddress: string }>('eth_getTransactionReceipt', hash);
    return receipt.contractAddress;
  };

  it('is confirmed, and the money is there once', async () => {
    const to = newPayee();
    const told = await service.becomes(await service.post({ to, value: '1234' }), 'confirmed');
    expect(await balance(anvil, to)).toBe(1234n);
    expect(told).toMatchObject({ settled: true, failure: null, retry: { count: 0 } });
    expect(told.events.map(({ type }) => type)).toEqual([
      'Accepted',
      'NonceReserved',
      'Signed',
      'Published',
      'Included',
      'Confirmed',
    ]);
    const receipt = await anvil.rpc<Record<string, string>>('eth_getTransactionReceipt', told.hash);
    expect(told.block).toEqual({ number: String(Number(receipt['blockNumber'])), hash: receipt['blockHash'] });
  });

  it('takes its nonce in the order of acceptance: 600 over four signers, without a gap', async () => {
    const before = await Promise.all(DEV.slice(0, 4).map(countOf));
    const to = newPayee();
    const ids = await service.postBatch(Array.from({ length: 600 }, () => ({ to, value: '1' })));
    const told = await service.allBecome(ids, 'confirmed');
    expect(await balance(anvil, to)).toBe(600n);
    const bySigner = new Map<string, number[]>(DEV.slice(0, 4).map((address) => [address, []]));
    for (const id of ids) {
      const one = told.get(id);
      bySigner.get(one?.from.toLowerCase() ?? '')?.push(one?.nonce ?? NaN);
    }
    expect([...bySigner.values()]).toEqual(before.map((first) => Array.from({ length: 150 }, (_, i) => first + i)));
  });

  it('creates a contract, and the call that reverts until then waits for it', async () => {
    const checker = await deploy(NEEDS_CODE_AT);
    const nonce = BigInt(await countOf(DEV[0]));
    const contract = getContractAddress({ from: DEV[0], nonce });
    const [creation = '', call = ''] = await service.postBatch([
      { from: DEV[0], data: initCode(REVERTS) },
      { from: DEV[0], to: checker, data: `0x${contract.slice(2).toLowerCase().padStart(64, '0')}` },
    ]);
    expect(await service.becomes(call, 'confirmed')).toMatchObject({ nonce: Number(nonce) + 1, failure: null });
    expect(await service.becomes(creation, 'confirmed')).toMatchObject({ nonce: Number(nonce) });
    expect(await anvil.rpc('eth_getCode', contract, 'latest')).toBe(`0x${REVERTS}`);
  });

  it('that would revert costs no nonce; one that reverts on the chain is settled as reverted', async () => {
    const to = await deploy(REVERTS);
    const before = await countOf(DEV[1]);
    const refused = await service.becomes(await service.post({ from: DEV[1], to, data: '0x01' }), 'failed');
    expect(refused).toMatchObject({ failure: { code: 'would_revert' }, nonce: null, settled: true });
    // A client that gives its gas limit is not asked whether it means it.
    const sent = await service.post({ from: DEV[1], to, data: '0x01', gasLimit: '100000' });
    expect(await service.becomes(sent, 'reverted')).toMatchObject({ nonce: before, settled: true });
    expect(await countOf(DEV[1])).toBe(before + 1);
  });

  it('that loses its nonce to a stranger with the same key takes another, and is done once', async () => {
    await anvil.pause();
    const theirs = await anvil.rpc('eth_sendTransaction', {
      from: DEV[2],
      to: newPayee(),
      value: '0x1',
      maxFeePerGas: '0x174876e800',
      maxPriorityFeePerGas: '0x3b9aca00',
    });
    const nonce = await countOf(DEV[2]);
    const to = newPayee();
    const id = await service.post({ from: DEV[2], to, value: '7' });
    await service.when(id, 'is refused by the pool', ({ retry }) => retry.lastError !== null);
    anvil.go();
    const told = await service.becomes(id, 'confirmed');
    expect(await anvil.rpc('eth_getTransactionReceipt', theirs)).not.toBeNull();
    expect(told.nonce).toBe(nonce + 1);
    expect(told.attempts.map((attempt) => attempt.nonce)).toContain(nonce);
    expect(told.events.map(({ type }) => type)).toContain('NonceLost');
    expect((await mined(anvil)).filter((one) => one.to === to)).toHaveLength(1);
  });

  it('that its signer cannot pay waits for money, and holds up nobody else', async () => {
    const to = newPayee();
    await leave(DEV[3], 10n ** 18n);
    const poor = await service.post({ from: DEV[3], to, value: (5n * 10n ** 18n).toString() });
    await service.when(poor, 'waits', ({ retry }) => retry.lastError === 'insufficientFunds');
    const other = 'other-key-0123456789abcdef';
    const rich = await service.post({ from: DEV[3], to: newPayee(), value: '1' }, other);
    await service.becomes(rich, 'confirmed', other);
    expect(await service.get(poor)).toMatchObject({ status: 'queued', nonce: null });
    await anvil.setBalance(DEV[3], 10n ** 22n);
    await service.becomes(poor, 'confirmed');
    expect(await balance(anvil, to)).toBe(5n * 10n ** 18n);
  });

  it('whose validUntil passes while it waits is expired, and one that is cancelled before it is signed never was', async () => {
    await leave(DEV[3], 0n);
    const validUntil = new Date(Date.now() + 800).toISOString();
    const [late, unwanted] = await Promise.all([
      service.post({ from: DEV[3], to: newPayee(), value: '1', validUntil }),
      service.post({ from: DEV[3], to: newPayee(), value: '1' }),
    ]);
    const { status, body } = await api(service.origin, 'POST', `/v1/transactions/${unwanted}/cancel`, { body: {} });
    expect([status, body['status']]).toEqual([202, 'cancelled']);
    expect(await service.becomes(late, 'expired')).toMatchObject({ settled: true, attempts: [], failure: null });
    await leave(DEV[3], 10n ** 22n);
    const next = await service.becomes(await service.post({ from: DEV[3], to: newPayee() }), 'confirmed');
    expect(next.nonce).toBe((await countOf(DEV[3])) - 1);
    expect(await service.get(unwanted)).toMatchObject({ status: 'cancelled', settled: true, attempts: [] });
  });

  it('whose cap is below the base fee waits until that falls', async () => {
    const baseFee = async () =>
      BigInt((await anvil.rpc<{ baseFeePerGas: string }>('eth_getBlockByNumber', 'latest', false)).baseFeePerGas);
    await anvil.rpc('anvil_setNextBlockBaseFeePerGas', `0x${(5_000n * GWEI).toString(16)}`);
    await until('the spike is there', async () => (await baseFee()) > 1_000n * GWEI);
    const cap = { maxFeePerGas: (3n * GWEI).toString(), maxPriorityFeePerGas: '1' };
    const capped = await service.post({ to: newPayee(), value: '1', ...cap });
    const free = await service.post({ to: newPayee(), value: '1' });
    await service.becomes(free, 'confirmed');
    expect(['queued', 'signed', 'broadcast']).toContain((await service.get(capped)).status);
    expect(await baseFee()).toBeGreaterThan(3n * GWEI);
    await anvil.rpc('anvil_setNextBlockBaseFeePerGas', `0x${GWEI.toString(16)}`);
    const told = await service.becomes(capped, 'confirmed');
    expect(told.attempts.every(({ maxFeePerGas }) => BigInt(maxFeePerGas) <= 3n * GWEI)).toBe(true);
  });
});
