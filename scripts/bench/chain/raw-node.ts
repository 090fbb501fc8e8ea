import { createNativeCodec } from '../../../src/adapters/outbound/codec/native.ts';
import { createDevSigner } from '../../../src/adapters/outbound/signing/dev-signer.ts';
import type { ChainId } from '../../../src/domain/primitives.ts';
import type { UnsignedTransaction } from '../../../src/domain/transaction/attempt.ts';
import type { Payment } from '../load/payments.ts';
import { withChain } from './bench-chain.ts';
import { MinedCount } from './mined-count.ts';
import { assertPaidOnce } from './paid-once.ts';
import { RpcBatches, rpcBody } from './rpc-batch.ts';

const BATCH = 100;
const CONNECTIONS = 4;

/** The raw node: JSON-RPC batches of 100 over 4 connections, first send → last mined, transactions a second. Held to what was asked for. */
export async function rawPerSecond(payments: readonly Payment[], blockMs: number): Promise<number> {
  const bodies = await presigned(payments);
  const signers = [...new Set(payments.map(({ from }) => from))];
  return withChain({ blockMs }, async ({ url }) => {
    const mined = await MinedCount.open(url, signers);
    const rpc = new RpcBatches(url, CONNECTIONS);
    const waiting = [...bodies];
    const sendOnAndOn = async (): Promise<void> => {
      for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) await rpc.send(body);
    };
    const startedAt = performance.now();
    const sending = Promise.all(Array.from({ length: CONNECTIONS }, sendOnAndOn));
    const [endedAt] = await Promise.all([mined.reached(payments.length), sending]);
    await Promise.all([rpc.close(), mined.close()]);
    await assertPaidOnce(url, payments);
    return payments.length / ((endedAt - startedAt) / 1_000);
  });
}

/** Signed and spelled out beforehand: what a sender without any bookkeeping could send. Bodies in the payments' order, so nearly in that of nonces. */
async function presigned(payments: readonly Payment[]): Promise<readonly string[]> {
  const codec = await createNativeCodec();
  if (codec === null) throw new Error('the native codec is missing');
  const nonces = new Map<string, number>();
  const unsigned = payments.map(({ from, to, valueWei }): UnsignedTransaction => {
    const nonce = nonces.get(from) ?? 0;
    nonces.set(from, nonce + 1);
    return {
      type: 'eip1559',
      chainId: 31337 as ChainId,
      nonce,
      to,
      valueWei,
      data: '0x',
      gasLimit: 21_000n,
      maxFeePerGasWei: 3_000_000_000n,
      maxPriorityFeePerGasWei: 1_000_000_000n,
    };
  });
  const digests = await codec.digests(unsigned);
  const signatures: Uint8Array[] = [];
  for (let s = 0; s < nonces.size; s++) {
    const signer = await createDevSigner(s);
    const own = payments.flatMap(({ from }, i) => (from === signer.address ? [i] : []));
    const outcomes = await signer.sign(own.map((i) => digests[i] as Uint8Array));
    own.forEach((i, k) => {
      const outcome = outcomes[k];
      if (outcome?.kind !== 'signed') throw new Error('a development account did not sign');
      signatures[i] = outcome.signature;
    });
  }
  const raws = (await codec.assemble(unsigned, signatures)).map(({ raw }) => raw);
  return Array.from({ length: Math.ceil(raws.length / BATCH) }, (_, b) =>
    rpcBody(raws.slice(b * BATCH, (b + 1) * BATCH).map((raw) => ({ method: 'eth_sendRawTransaction', params: [raw] }))),
  );
}
