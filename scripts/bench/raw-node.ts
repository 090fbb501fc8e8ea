import type { Anvil } from '../../test/support/anvil.ts';
import { createNativeCodec } from '../../src/adapters/outbound/codec/native.ts';
import { createDevSigner } from '../../src/adapters/outbound/signing/dev-signer.ts';
import type { Address, ChainId, Hex } from '../../src/domain/primitives.ts';
import type { UnsignedTransaction } from '../../src/domain/transaction/attempt.ts';
import { lastMined } from './last-mined.ts';

const BATCH = 100;
const CONNECTIONS = 4;

/** Signed beforehand: what a sender without any bookkeeping could send. One list a signer, in order of nonces. */
export async function presign(
  signers: number,
  count: number,
  payees: readonly Address[],
): Promise<readonly (readonly Hex[])[]> {
  const codec = await createNativeCodec();
  if (codec === null) throw new Error('the native codec is missing: the figures would be of another program');
  return Promise.all(
    Array.from({ length: signers }, async (_, s) => {
      const signer = await createDevSigner(s);
      const own = Math.floor(count / signers) + (s < count % signers ? 1 : 0);
      const unsigned = Array.from({ length: own }, (_u, nonce): UnsignedTransaction => ({
        type: 'eip1559',
        chainId: 31337 as ChainId,
        nonce,
        to: payees[(nonce * signers + s) % payees.length] as Address,
        valueWei: 1n,
        data: '0x',
        gasLimit: 21_000n,
        maxFeePerGasWei: 3_000_000_000n,
        maxPriorityFeePerGasWei: 1_000_000_000n,
      }));
      const outcomes = await signer.sign(await codec.digests(unsigned));
      const signatures = outcomes.map((outcome) => {
        if (outcome.kind !== 'signed') throw new Error(outcome.message);
        return outcome.signature;
      });
      return (await codec.assemble(unsigned, signatures)).map(({ raw }) => raw);
    }),
  );
}

/** The raw node: JSON-RPC batches of 100 over 4 connections, first send → last mined. Transactions a second. */
export async function rawRate(
  anvil: Anvil,
  lists: readonly (readonly Hex[])[],
  addresses: readonly Address[],
): Promise<number> {
  const total = lists.reduce((sum, list) => sum + list.length, 0);
  // Signer by signer on each connection, so that nonces arrive in order.
  const queues = Array.from({ length: CONNECTIONS }, (_, i) =>
    lists.flatMap((list, s) => (s % CONNECTIONS === i ? chunks(list) : [])),
  ).filter((queue) => queue.length > 0);
  const startedAt = performance.now();
  const watching = lastMined(anvil, addresses, total);
  await Promise.all(queues.map((queue) => sendAll(anvil.url, queue)));
  const endedAt = await watching;
  return total / ((endedAt - startedAt) / 1_000);
}

async function sendAll(url: string, queue: readonly (readonly Hex[])[]): Promise<void> {
  for (const batch of queue) {
    const body = batch.map((raw, id) => ({ jsonrpc: '2.0', id, method: 'eth_sendRawTransaction', params: [raw] }));
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answers = (await response.json()) as { readonly error?: { readonly message: string } }[];
    const refused = answers.find((answer) => answer.error !== undefined);
    if (refused !== undefined) throw new Error(`the raw node refused: ${refused.error?.message ?? ''}`);
  }
}

const chunks = (list: readonly Hex[]): readonly (readonly Hex[])[] =>
  Array.from({ length: Math.ceil(list.length / BATCH) }, (_, i) => list.slice(i * BATCH, (i + 1) * BATCH));
