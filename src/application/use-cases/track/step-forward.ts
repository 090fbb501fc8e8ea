import { finalNumber, blocksKept } from '../../../domain/confirmation/depth.ts';
import { observeFinality, observeInclusion, observeNonceLost } from '../../../domain/decisions/observe-block.ts';
import { undecided, type Decision } from '../../../domain/decisions/decision.ts';
import type { FillerState } from '../../../domain/nonce/filler.ts';
import { fillerIncluded, fillerSettled } from '../../../domain/nonce/observe-filler.ts';
import type { Address, BlockRef } from '../../../domain/primitives.ts';
import type { Inclusion } from '../../../domain/transaction/transaction.ts';
import type { ChangeSet, ClosedAttempts, FillerMove, LeaseToken } from '../../change-set.ts';
import { changesOf } from '../../changes-of.ts';
import type { Block } from '../../ports/chain-node.ts';
import type { ChainCursor, Holders, SignerRow } from '../../ports/work.ts';
import { askOutcomes, finalOutcomes, type FinalOutcome } from './final-outcomes.ts';
import { movedWindows, passedNonces, signerMoves, signerRows } from './signer-moves.ts';
import { tracesOf } from './traces.ts';
import type { TrackMemory } from './track-memory.ts';
import type { TrackParts } from './track-parts.ts';

/** Rows whose receipts are asked in one turn; what is left comes with the next block. */
const FINAL_AT_ONCE = 5_000;

/** Everything that one block decides, gathered before it is committed with the cursor that moves onto it. */
interface Gathered {
  readonly decisions: Decision[];
  readonly fillers: FillerMove[];
  readonly closedFillers: ClosedAttempts[];
  /** By signer, the nonce after the highest that our bytes use in this block. */
  readonly passed: Map<Address, number>;
  /** What became final has paid, as far as receipts say. */
  feesWei: bigint;
}

/**
 * The change set that moves the cursor onto a child of its block (rule 10), with all that follows: Included for our hashes in it,
 * Confirmed and the like for blocks that are deep enough now, NonceLost for what can never be mined, the signers' counts at this block.
 * Null when the node did not answer what is needed: the cursor stays.
 * @param beyond the node's head is above this block, so that its account states there may be gone (Anvil after a restart has the head's alone,
 *   others about 128 blocks): the cursor moves on without the counts, and what follows from them waits for a block that has some; but a nonce
 *   that our own bytes use in the block is past, or it would be a hole as soon as its holder lets it go
 */
export async function stepForward(
  parts: TrackParts,
  chain: ChainCursor,
  block: Block,
  fence: LeaseToken,
  memory: TrackMemory,
  beyond: () => Promise<boolean>,
): Promise<ChangeSet | null> {
  const signers = await signerRows(parts);
  const counts = await memory.counts.at(signers, block);
  if (counts === null && !(await beyond())) return null;
  const gathered: Gathered = { decisions: [], fillers: [], closedFillers: [], passed: new Map(), feesWei: 0n };
  await include(parts, block, gathered);
  memory.receipts.note(block, gathered.decisions.flatMap(inclusionOf));
  const final = finalNumber(block.number, parts.confirmations);
  await confirm(parts, final, memory, gathered);
  memory.receipts.ask(final + 1);
  const finalBlock = final === block.number ? block : chain.blocks.find((known) => known.number === final);
  await loseNonces(parts, signers, finalBlock, [block, ...chain.blocks], memory, gathered);
  const lifecycle = changesOf(gathered.decisions);
  const moves =
    counts === null
      ? passedNonces(signers, gathered.passed)
      : await signerMoves(parts, signers, counts, {
          block,
          passed: gathered.passed,
          claims: memory.claims,
        });
  return {
    step: 'cursor',
    at: parts.clock.now(),
    fence,
    ...lifecycle,
    closedAttempts: [...lifecycle.closedAttempts, ...gathered.closedFillers],
    fillers: gathered.fillers,
    signers: moves,
    wakeUps: [...lifecycle.wakeUps, ...movedWindows(signers, moves)],
    spent: gathered.feesWei === 0n ? [] : [{ chainId: parts.chainId, feesWei: gathered.feesWei }],
    cursors: [
      {
        chainId: parts.chainId,
        from: chain.cursor,
        to: { number: block.number, hash: block.hash },
        blocks: [{ number: block.number, hash: block.hash, parentHash: block.parentHash }],
        forgetBelow: block.number - blocksKept(parts.confirmations),
        finalNumber: final,
      },
    ],
  };
}

async function include(parts: TrackParts, block: Block, gathered: Gathered): Promise<void> {
  const rows =
    block.transactionHashes.length === 0 ? [] : await parts.work.liveAttempts(parts.chainId, block.transactionHashes);
  const ref: BlockRef = { number: block.number, hash: block.hash };
  for (const row of rows) {
    const { signer } = row.holder === 'filler' ? row.filler : row.transaction;
    gathered.passed.set(signer, Math.max(gathered.passed.get(signer) ?? 0, row.nonce + 1));
    if (row.holder === 'filler') {
      const after = fillerIncluded(row.filler, ref, row.hash);
      if (after !== null) gathered.fillers.push({ before: row.filler, after });
    } else {
      const decision = observeInclusion(row.transaction, {
        block: ref,
        hash: row.hash,
        kind: row.kind,
        revision: row.revision,
      });
      if (decision !== null) gathered.decisions.push(decision);
    }
  }
}

async function confirm(parts: TrackParts, final: number, memory: TrackMemory, gathered: Gathered): Promise<void> {
  const awaiting = await parts.work.awaitingDepth(parts.chainId, final, FINAL_AT_ONCE);
  const isFinal = ({ block }: Pick<Inclusion, 'block'>): boolean => block.number <= final;
  // With one confirmation a block is final the moment it is seen: what this very block included is looked at like the rows on record.
  const rows = [...awaiting.transactions.map(undecided), ...gathered.decisions].flatMap((decision): FinalRow[] => {
    const { after } = decision;
    return after.status === 'included' && isFinal(after.inclusion) ? [{ decision, inclusion: after.inclusion }] : [];
  });
  const outcomes = await finalOutcomes(
    parts,
    rows.map(({ inclusion }) => inclusion),
    memory.receipts,
  );
  rows.forEach(({ decision }, i) => {
    const outcome = outcomes[i] ?? null;
    if (outcome !== null) conclude(decision, outcome, gathered);
  });
  await settleFillers(
    parts,
    [...awaiting.fillers.map(unmoved), ...gathered.fillers].flatMap((move) => {
      const { inclusion } = move.after;
      return inclusion !== null && isFinal(inclusion) ? [{ move, inclusion }] : [];
    }),
    gathered,
  );
}

/** Their nonces are final whatever their receipts say; these are asked for what they cost alone. */
async function settleFillers(
  parts: TrackParts,
  final: readonly { readonly move: FillerMove; readonly inclusion: Pick<Inclusion, 'block' | 'hash'> }[],
  gathered: Gathered,
): Promise<void> {
  const outcomes = await askOutcomes(
    parts,
    final.map(({ inclusion }) => inclusion),
  );
  final.forEach(({ move }, i) => {
    if (settle(move, gathered)) gathered.feesWei += outcomes[i]?.feeWei ?? 0n;
  });
}

const inclusionOf = ({ after }: Decision): readonly Inclusion[] =>
  after.status === 'included' ? [after.inclusion] : [];

/** A row whose block is final, and what this block has decided about it so far. */
interface FinalRow {
  readonly decision: Decision;
  readonly inclusion: Inclusion;
}

function conclude(earlier: Decision, { succeeded, feeWei }: FinalOutcome, gathered: Gathered): void {
  const decision = observeFinality(earlier, succeeded);
  if (decision === null) return;
  putInPlace(gathered.decisions, earlier, decision);
  gathered.feesWei += feeWei ?? 0n;
}

const unmoved = (filler: FillerState): FillerMove => ({ before: filler, after: filler });

/** The filler's nonce is final. False where it was so before. */
function settle(move: FillerMove, gathered: Gathered): boolean {
  const after = fillerSettled(move.after);
  if (after === null) return false;
  putInPlace(gathered.fillers, move, { before: move.before, after });
  const { id, inclusion } = after;
  gathered.closedFillers.push({
    holderId: id,
    mined: inclusion === null ? null : { hash: inclusion.hash, outcome: 'confirmed' },
  });
  return true;
}

/** Included and Confirmed in one commit are one move from the first state to the last, so the later one takes the earlier one's place. */
function putInPlace<Moved>(gathered: Moved[], earlier: Moved, moved: Moved): void {
  const at = gathered.indexOf(earlier);
  if (at < 0) gathered.push(moved);
  else gathered[at] = moved;
}

/**
 * Live attempts that are in no block we read, at nonces below the account's count at a *final* block of this chain, where another
 * transaction in a final block is at the nonce: they can never be mined. Where the node does not say the count there (an old state that it
 * no longer has), a later block will.
 */
async function loseNonces(
  parts: TrackParts,
  signers: readonly SignerRow[],
  finalBlock: BlockRef | undefined,
  blocks: readonly BlockRef[],
  memory: TrackMemory,
  gathered: Gathered,
): Promise<void> {
  const finalCounts = finalBlock === undefined ? null : await memory.counts.at(signers, finalBlock);
  if (finalBlock === undefined || finalCounts === null) return;
  const now = parts.clock.now();
  const touched = new Set<string>([
    ...gathered.decisions.map(({ after }) => after.id),
    ...gathered.fillers.map(({ after }) => after.id),
  ]);
  for (const { key } of signers) {
    const remembered = finalCounts.get(key.address)?.nonce;
    if (remembered === undefined) continue;
    if (isNothing(await parts.work.liveBelow(key, remembered))) {
      memory.users.forget(key.address);
      continue;
    }
    // What was remembered may be one wrong answer, and this cannot be taken back: the node is asked once more.
    const asked = (await memory.counts.ask([key.address], finalBlock)).get(key.address)?.nonce;
    if (asked === undefined) continue;
    const count = Math.min(remembered, asked);
    const below = await parts.work.liveBelow(key, count);
    const traces = await tracesOf(parts, key, below);
    const { transactions, fillers } = await traces.gone((nonces) => memory.users.find(key.address, nonces, finalBlock));
    gathered.decisions.push(
      ...transactions.filter((row) => !touched.has(row.id)).flatMap((row) => observeNonceLost(row, count, now) ?? []),
      ...traces.missed(blocks).filter(({ before }) => !touched.has(before.id)),
    );
    for (const filler of fillers) if (!touched.has(filler.id)) settle(unmoved(filler), gathered);
  }
}

const isNothing = ({ transactions, fillers }: Holders): boolean => transactions.length + fillers.length === 0;
