import { quoteFees, type FeeCaps, type Fees, type Market } from '../../../domain/fees/quote.ts';
import { outbid } from '../../../domain/fees/outbid.ts';
import { setApart } from '../../../domain/fees/replace.ts';
import type { HolderId, SignerKey } from '../../../domain/primitives.ts';
import type { UnsignedTransaction } from '../../../domain/transaction/attempt.ts';
import type { TransactionRequest } from '../../../domain/transaction/request.ts';
import type { Competitor } from '../../ports/work.ts';

export const capsOf = (
  request: Pick<TransactionRequest, 'maxFeePerGasWei' | 'maxPriorityFeePerGasWei'> | null,
  ceilingWei: bigint | null,
): FeeCaps => ({
  maxFeePerGasWei: request?.maxFeePerGasWei ?? null,
  maxPriorityFeePerGasWei: request?.maxPriorityFeePerGasWei ?? null,
  ceilingWei,
});

/** Gas limit and fees of new bytes. */
export interface Terms {
  readonly gasLimit: bigint;
  readonly fees: Fees;
}

export interface TermsFacts {
  readonly market: Market;
  readonly caps: FeeCaps;
  readonly gasLimit: bigint;
  readonly holder: HolderId;
  readonly revision: number;
  /** Live attempts at the nonce, whoever's. */
  readonly competitors: readonly Competitor[];
  /** How often the bytes turned out to be another holder's already. */
  readonly salt: bigint;
}

/**
 * Terms of new bytes at a nonce at which live bytes may lie in a pool. Own bytes of the same revision are made once more as they were;
 * all others are outbid, and where the caps forbid that, at least differed from.
 */
export function termsFor({ market, caps, gasLimit, holder, revision, competitors, salt }: TermsFacts): Terms {
  const quote = quoteFees(market, caps);
  const own = competitors.filter((c) => c.holderId === holder && c.revision === revision).at(-1);
  const rivals = competitors.filter((c) => c !== own);
  if (rivals.length > 0)
    return {
      gasLimit,
      fees: outbid(rivals, quote, caps) ?? setApart(quote, salt + BigInt(rivals.length)),
    };
  if (own !== undefined)
    return {
      gasLimit: own.gasLimit,
      fees: { ...quote, maxFeePerGasWei: own.maxFeePerGasWei, maxPriorityFeePerGasWei: own.maxPriorityFeePerGasWei },
    };
  return { gasLimit, fees: salt === 0n ? quote : setApart(quote, salt) };
}

export const unsignedOf = (
  key: SignerKey,
  nonce: number,
  request: Pick<TransactionRequest, 'to' | 'valueWei' | 'data'>,
  gasLimit: bigint,
  fees: Fees,
): UnsignedTransaction => ({
  type: fees.type,
  chainId: key.chainId,
  nonce,
  to: request.to,
  valueWei: request.valueWei,
  data: request.data,
  gasLimit,
  maxFeePerGasWei: fees.maxFeePerGasWei,
  maxPriorityFeePerGasWei: fees.maxPriorityFeePerGasWei,
});

/** The most that a transaction can take from its signer, in wei. */
export const mostItCosts = (unsigned: UnsignedTransaction): bigint =>
  unsigned.valueWei + unsigned.gasLimit * unsigned.maxFeePerGasWei;
