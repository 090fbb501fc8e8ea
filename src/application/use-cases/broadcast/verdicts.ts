import { checkBytes } from '../../../domain/decisions/check-bytes.ts';
import { fillerRequest, isFinished } from '../../../domain/nonce/filler.ts';
import { windowEnd } from '../../../domain/nonce/window.ts';
import { signerKeyText, type HolderId } from '../../../domain/primitives.ts';
import type { RefusalCode, SubmitItem, SubmitOutcome } from '../../ports/endpoint-two.ts';
import type { Recovered } from '../../ports/transaction-codec.ts';
import { isRestored, type BroadcastRow, type SignerRow } from '../../ports/work.ts';
import type { BroadcastParts, Checked } from './broadcast-parts.ts';

type Verdict =
  { readonly kind: 'send'; readonly checked: Checked } | { readonly kind: 'answer'; readonly outcome: SubmitOutcome };

/** Compares each byte string with the record: what may be sent, and what is answered at once. */
export async function verdictsOn(parts: BroadcastParts, items: readonly SubmitItem[]): Promise<readonly Verdict[]> {
  const { work, codec, policy, chainId } = parts;
  const ids = [...new Set(items.map((item) => item.transactionId))];
  const [rows, recovered, signers] = await Promise.all([
    work.forBroadcast(ids),
    codec.recover(items.map((item) => item.rawTransaction)),
    work.signers(chainId),
  ]);
  const bySigner = new Map(signers.map((row) => [signerKeyText(row.key), row]));
  const seen = new Set<HolderId>();
  return items.map((item, i): Verdict => {
    const row = rows.get(item.transactionId);
    const bytes = recovered[i] as Recovered;
    const code = refusalOf(row, bytes);
    if (code !== null || row === undefined || bytes.kind === 'malformed') {
      return {
        kind: 'answer',
        outcome: { transactionId: item.transactionId, outcome: 'refused', code: code ?? 'not_found' },
      };
    }
    const state = row.holder === 'transaction' ? row.transaction : row.filler;
    if (state.status === 'included')
      return { kind: 'answer', outcome: { transactionId: item.transactionId, outcome: 'accepted' } };
    const signer = bySigner.get(signerKeyText({ chainId: state.chainId, address: state.signer }));
    const twice = seen.has(item.transactionId);
    seen.add(item.transactionId);
    if (twice || !maySend(row, signer, bytes.unsigned.nonce, policy.maxInFlight))
      return { kind: 'answer', outcome: pending(item) };
    return { kind: 'send', checked: { item, row, hash: bytes.hash, nonce: bytes.unsigned.nonce } };
  });
}

export const pending = (item: SubmitItem): SubmitOutcome => ({ transactionId: item.transactionId, outcome: 'pending' });

function refusalOf(row: BroadcastRow | undefined, bytes: Recovered): RefusalCode | null {
  if (row === undefined) return 'not_found';
  if (bytes.kind === 'malformed') return 'malformed';
  if (row.holder === 'filler') {
    const { filler } = row;
    if (isFinished(filler)) return 'not_open';
    const key = { chainId: filler.chainId, address: filler.signer };
    return checkBytes(bytes, {
      chainId: filler.chainId,
      signer: filler.signer,
      heldNonce: filler.nonce,
      attempt: row.attempt,
      revision: 0,
      request: fillerRequest(key),
    });
  }
  const { transaction, request } = row;
  const refusal = checkBytes(bytes, {
    chainId: transaction.chainId,
    signer: transaction.signer,
    heldNonce: transaction.heldNonce,
    attempt: row.attempt,
    revision: transaction.revision,
    request,
  });
  if (refusal !== null) return refusal;
  // A queued row has no bytes that may be sent, even where it holds the nonce of earlier ones.
  return transaction.status === 'signed' || transaction.status === 'broadcast' || transaction.status === 'included'
    ? null
    : 'not_open';
}

function maySend(row: BroadcastRow, signer: SignerRow | undefined, nonce: number, maxInFlight: number): boolean {
  if (signer?.nextNonce == null) return false;
  if (isRestored(signer)) return false;
  // A filler heals on a paused signer too.
  if (signer.paused !== null && row.holder === 'transaction') return false;
  return nonce < windowEnd(signer.nextNonce, maxInFlight);
}
