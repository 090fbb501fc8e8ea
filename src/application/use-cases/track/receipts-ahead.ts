import type { BlockRef, TxHash } from '../../../domain/primitives.ts';
import type { Inclusion } from '../../../domain/transaction/transaction.ts';
import { askOutcomes, type FinalOutcome } from './final-outcomes.ts';
import type { TrackParts } from './track-parts.ts';

interface Included {
  readonly block: BlockRef;
  readonly inclusions: readonly Inclusion[];
  outcomes: Promise<ReadonlyMap<TxHash, FinalOutcome>> | null;
}

/**
 * The receipts of the block that is final next, asked for while the one before it is being committed: a node may take longer for them than
 * a block lasts, and the tracker would fall behind. Each names its block, so one of a block that is replaced meanwhile counts for nothing.
 */
export class ReceiptsAhead {
  private readonly blocks = new Map<number, Included>();

  constructor(private readonly parts: TrackParts) {}

  /** What a block included; older ones than those that are not final are forgotten. */
  note(block: BlockRef, inclusions: readonly Inclusion[]): void {
    this.blocks.set(block.number, { block, inclusions, outcomes: null });
    for (const number of this.blocks.keys())
      if (number <= block.number - this.parts.confirmations) this.blocks.delete(number);
  }

  ask(number: number): void {
    const included = this.blocks.get(number);
    if (included === undefined || included.outcomes !== null) return;
    // Whoever needs them asks again, and is told if that fails as well.
    included.outcomes = this.outcomesOf(included.inclusions).catch(() => new Map<TxHash, FinalOutcome>());
  }

  /** Of each inclusion, in order; who was not asked for ahead, or not answered, is asked for now. */
  async of(inclusions: readonly Inclusion[]): Promise<readonly (FinalOutcome | null)[]> {
    const ahead = await Promise.all(inclusions.map((inclusion) => this.ahead(inclusion)));
    const missing = inclusions.filter((_, i) => ahead[i] === null);
    const asked = await this.outcomesOf(missing);
    return inclusions.map(({ hash }, i) => ahead[i] ?? asked.get(hash) ?? null);
  }

  private async ahead({ block, hash }: Inclusion): Promise<FinalOutcome | null> {
    const included = this.blocks.get(block.number);
    if (included?.block.hash !== block.hash || included.outcomes === null) return null;
    return (await included.outcomes).get(hash) ?? null;
  }

  private async outcomesOf(inclusions: readonly Inclusion[]): Promise<ReadonlyMap<TxHash, FinalOutcome>> {
    const outcomes = await askOutcomes(this.parts, inclusions);
    return new Map(
      inclusions.flatMap(({ hash }, i) => {
        const outcome = outcomes[i] ?? null;
        return outcome === null ? [] : [[hash, outcome] as const];
      }),
    );
  }
}
