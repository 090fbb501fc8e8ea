import type { Market } from '../../../domain/fees/quote.ts';
import { fillerRequest, type FillerState } from '../../../domain/nonce/filler.ts';
import type { HolderId } from '../../../domain/primitives.ts';
import { PLAIN_TRANSFER_GAS, type TransactionRequest } from '../../../domain/transaction/request.ts';
import type { UnsignedTransaction } from '../../../domain/transaction/attempt.ts';
import { capsOf, termsFor, unsignedOf } from './build.ts';
import { handOver } from './hand-over.ts';
import type { LaneParts } from './lane-parts.ts';
import type { Holding } from './reserve.ts';
import { signApart, type Batch, type ToSign } from './sign-and-store.ts';

/** What bytes are made of. */
interface Content {
  readonly holder: HolderId;
  readonly revision: number;
  readonly nonce: number;
  readonly request: TransactionRequest;
  readonly gasLimit: bigint;
  /** Only the chain's own ceiling applies to a filler. */
  readonly caps: ReturnType<typeof capsOf>;
}

/** Signs what holds a nonce, stores it and hands it over. */
export async function signBatch(
  parts: LaneParts,
  batch: Batch,
  holding: readonly Holding[],
  fillers: readonly FillerState[],
  market: Market,
): Promise<void> {
  const nonces = [
    ...holding.map(({ transaction }) => transaction.heldNonce as number),
    ...fillers.map((filler) => filler.nonce),
  ];
  if (nonces.length === 0) return;
  const { key, round } = batch;
  const all = await parts.work.competitors(key, nonces);
  const unsigned = ({ nonce, request, ...content }: Content, salt: bigint): UnsignedTransaction => {
    const competitors = all.filter((c) => c.nonce === nonce);
    const terms = termsFor({ market, competitors, salt, ...content });
    return unsignedOf(key, nonce, request, terms.gasLimit, terms.fees);
  };
  const { ceilingWei } = parts.policy;
  const { items, conflict } = await signApart(parts, batch, (salt) => [
    ...fillers.map((filler): ToSign => {
      const { id: holder, nonce } = filler;
      const request = fillerRequest(key);
      const content = {
        holder,
        revision: 0,
        nonce,
        request,
        gasLimit: PLAIN_TRANSFER_GAS,
        caps: capsOf(null, ceilingWei),
      };
      return { holder: 'filler', filler, kind: 'fill', unsigned: unsigned(content, salt) };
    }),
    ...holding.map(({ transaction, request, gasLimit }): ToSign => {
      const { id: holder, revision } = transaction;
      const nonce = transaction.heldNonce as number;
      const content = { holder, revision, nonce, request, gasLimit, caps: capsOf(request, ceilingWei) };
      return { holder: 'transaction', transaction, added: false, kind: 'original', unsigned: unsigned(content, salt) };
    }),
  ]);
  if (conflict !== null) return;
  const signed = holding.length + fillers.length;
  parts.log.info({ signer: key.address, signed, handedOver: items.length }, 'signed a batch');
  await handOver(parts, items, round.fence);
}
