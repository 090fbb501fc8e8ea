import type { Address, ChainId, SignerKey } from '../../domain/primitives.ts';
import { isFresh } from '../is-fresh.ts';
import type { Clock } from '../ports/clock.ts';
import type { SignerDirectory } from '../ports/signer.ts';
import { isRestored, type Work } from '../ports/work.ts';

export interface ChooserParts {
  readonly signers: SignerDirectory;
  readonly work: Pick<Work, 'load' | 'signers'>;
  readonly clock: Clock;
}

const FRESH_MS = 1_000;

/**
 * The least busy signer: open rows as last counted, plus what was given out since. A paused one is chosen only where all are, one without
 * money only where no other is left; but while any waits for the decision after a restore, one of those that do: what asks for a signer may be the repeat of what a lost part of the record has paid.
 */
export class SignerChooser {
  private readonly loads = new Map<
    ChainId,
    { at: number; open: Map<Address, number>; counting: Promise<void> | null }
  >();

  constructor(private readonly parts: ChooserParts) {}

  known(key: SignerKey): Address | null {
    return this.parts.signers.find(key) === null ? null : key.address;
  }

  async leastBusy(chainId: ChainId): Promise<Address | null> {
    const load = this.loads.get(chainId) ?? { at: -Infinity, open: new Map<Address, number>(), counting: null };
    this.loads.set(chainId, load);
    if (!isFresh(load.at, this.parts.clock.now(), FRESH_MS)) {
      load.counting ??= this.count(chainId)
        .then((open) => {
          Object.assign(load, { open, at: this.parts.clock.now() });
        })
        .finally(() => {
          load.counting = null;
        });
      await load.counting;
    }
    let best: Address | null = null;
    for (const [address, open] of load.open) if (best === null || open < (load.open.get(best) ?? 0)) best = address;
    if (best !== null) load.open.set(best, (load.open.get(best) ?? 0) + 1);
    return best;
  }

  private async count(chainId: ChainId): Promise<Map<Address, number>> {
    const [open, rows] = await Promise.all([this.parts.work.load(chainId), this.parts.work.signers(chainId)]);
    const own = this.parts.signers
      .list()
      .filter((key) => key.chainId === chainId)
      .map((key) => key.address);
    const paused = new Map(rows.flatMap((row) => (row.paused === null ? [] : [[row.key.address, row] as const])));
    const undecided = own.filter((address) => {
      const row = paused.get(address);
      return row !== undefined && isRestored(row);
    });
    const ready = own.filter((address) => !paused.has(address));
    // Whatever it is given fails, and what has failed is not open any more: it would look the least busy of all.
    const empty = new Set(rows.flatMap((row) => (row.balanceWei === 0n ? [row.key.address] : [])));
    const funded = ready.filter((address) => !empty.has(address));
    const best = [undecided, funded, ready].find((some) => some.length > 0) ?? own;
    return new Map(best.map((address) => [address, open.get(address) ?? 0]));
  }
}
