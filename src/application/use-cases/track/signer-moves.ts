import { isSuspiciousFall, isSuspiciousJump } from '../../../domain/nonce/window.ts';
import type { Address, BlockRef } from '../../../domain/primitives.ts';
import { signerKeyText } from '../../../domain/primitives.ts';
import type { SignerMove, WakeUp } from '../../change-set.ts';
import type { AccountState } from '../../ports/chain-node.ts';
import { isRestored, unseenSigner, type SignerRow } from '../../ports/work.ts';
import type { CountClaims } from './count-claims.ts';
import type { SignerCounts } from './signer-counts.ts';
import type { TrackParts } from './track-parts.ts';

/** The block that a cursor moves onto. */
interface Step {
  readonly block: BlockRef;
  /** By signer, the nonce after the highest that our bytes use in it. */
  readonly passed: ReadonlyMap<Address, number>;
  readonly claims: CountClaims;
}

/** Rows on record, and configured signers that have none yet. */
export async function signerRows(parts: TrackParts): Promise<readonly SignerRow[]> {
  const rows = await parts.work.signers(parts.chainId);
  const known = new Set(rows.map((row) => signerKeyText(row.key)));
  const missing = parts.signers.list().filter((key) => key.chainId === parts.chainId && !known.has(signerKeyText(key)));
  return [...rows, ...missing.map(unseenSigner)];
}

/** Past the nonces that our own bytes use in a block whose account states are gone. */
export const passedNonces = (
  signers: readonly SignerRow[],
  passed: ReadonlyMap<Address, number>,
): readonly SignerMove[] =>
  signers.flatMap(({ key, nextNonce }) => {
    const next = passed.get(key.address) ?? 0;
    return next > (nextNonce ?? 0) ? [{ key, nextNonce: next }] : [];
  });

/** What the counts at a block say of each signer that they name: its next nonce, its balance, and whether it must be paused. */
export async function signerMoves(
  parts: TrackParts,
  signers: readonly SignerRow[],
  counts: SignerCounts,
  step: Step | null = null,
): Promise<readonly SignerMove[]> {
  const moves: SignerMove[] = [];
  for (const row of signers) {
    const account = counts.get(row.key.address);
    if (account !== undefined) moves.push(await signerMove(parts, row, account, step));
  }
  return moves;
}

async function signerMove(
  parts: TrackParts,
  row: SignerRow,
  account: AccountState,
  step: Step | null,
): Promise<SignerMove> {
  const paused = row.paused === null ? await pauseFor(parts, row, account) : null;
  const labels = { chain: String(parts.chainId), signer: row.key.address };
  parts.metrics.gauge('broadcaster_signer_balance_wei', Number(account.balanceWei), labels);
  parts.metrics.gauge('broadcaster_signer_paused', (paused ?? row.paused) === null ? 0 : 1, labels);
  // What a restored record has lost explains its count in blocks whose account states may be gone; nothing is given out from it meanwhile.
  const nextNonce =
    step === null || isRestored(row) ? account.nonce : await believable(parts, row, account.nonce, step);
  const move: SignerMove = { key: row.key, nextNonce, balanceWei: account.balanceWei };
  return paused === null ? move : { ...move, paused };
}

/**
 * A count is believed as far as the transactions in the block explain it, ours or whoever else's. A higher one is a node's mistake, or it
 * made one before: nonces given out above it would leave a gap that costs a filler each, so it has to be said for many blocks.
 */
async function believable(
  parts: TrackParts,
  { key, nextNonce }: SignerRow,
  count: number,
  { block, passed, claims }: Step,
): Promise<number> {
  const { address } = key;
  const own = Math.max(nextNonce ?? count, passed.get(address) ?? 0);
  const seen =
    count <= Math.max(own, claims.believed(address)) ? count : Math.max(own, await nextInBlock(parts, address, block));
  if (count > seen) {
    const claim = claims.claim(address, block.number);
    if (claim === 'new')
      parts.log.warn(
        { signer: address, count, explained: seen },
        'a nonce count that no block explains is not believed',
      );
    if (claim !== 'insisted') return seen;
  }
  claims.believe(address, count);
  return count;
}

/** After the account's transactions in the block; 0 where there are none, or the node does not say. */
async function nextInBlock({ node }: TrackParts, address: Address, block: BlockRef): Promise<number> {
  const answer = await node.contents(block.hash);
  const transactions = answer.ok ? (answer.value?.transactions ?? []) : [];
  return Math.max(0, ...transactions.filter(({ from }) => from === address).map(({ nonce }) => nonce + 1));
}

/** Why a signer must be paused now, or null: its count is not what our own transactions explain. */
async function pauseFor(
  parts: TrackParts,
  { key, nextNonce, version }: SignerRow,
  account: AccountState,
): Promise<SignerRow['paused']> {
  // A record: nonces of this signer were given out before, which its row's version tells.
  const suspicious = (own: number): boolean =>
    isSuspiciousJump(nextNonce, account.nonce, own, parts.maxInFlight, version > 0);
  if (isSuspiciousFall(nextNonce, account.nonce, parts.maxInFlight, parts.confirmations, version > 0)) {
    parts.log.error({ signer: key.address, nextNonce, count: account.nonce }, 'signer paused: its nonce count fell');
    const reason = `the chain counts ${account.nonce} transactions of this account, ${nextNonce ?? 0} were counted before: a node that was wrong then, or is now`;
    return { reason, at: parts.clock.now() };
  }
  if (nextNonce === null || !suspicious(0)) return null;
  const { held } = await parts.work.lane(key);
  if (!suspicious(held.filter(({ nonce }) => nonce >= nextNonce && nonce < account.nonce).length)) return null;
  parts.log.error({ signer: key.address, nextNonce, count: account.nonce }, 'signer paused: its nonce count jumped');
  const reason = `the chain counts ${account.nonce} transactions of this account, ${nextNonce} were expected: a restored backup, or a key that is used elsewhere`;
  return { reason, at: parts.clock.now() };
}

/** Signed rows above the window, and rows that found no nonce, wait for this. */
export const movedWindows = (signers: readonly SignerRow[], moves: readonly SignerMove[]): readonly WakeUp[] =>
  signers
    .filter((row) => moves.some(({ key, nextNonce }) => key.address === row.key.address && nextNonce !== row.nextNonce))
    .map((row) => ({ signer: row.key, ids: [] }));
