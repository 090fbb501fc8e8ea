import type { SignerKey } from '../../domain/primitives.ts';
import type { SignerMove } from '../change-set.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import { isRestored, type Pause, type SignerRow, type Work } from '../ports/work.ts';
import { reasonLeft } from '../restored-reason.ts';

export interface ResumeParts {
  readonly work: Pick<Work, 'signers'>;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

export interface ResumeCommand {
  readonly key: SignerKey;
  readonly actor: string;
  readonly reason: string;
  /** After a restore: what the record may have lost was looked at, and what was found is settled. */
  readonly decided?: boolean;
}

/** `restored`: it waits for that decision. */
export type ResumeOutcome = 'resumed' | 'notPaused' | 'notFound' | 'restored';

/**
 * A person has looked at why a signer was paused, and lets it go on; on record with the reason. The decision after a restore is one for all signers
 * of the chain: what one of them has paid may have been asked for again of another, and nobody looks for the payments of one that goes on.
 */
export class ResumeSigner {
  constructor(private readonly parts: ResumeParts) {}

  async resume({ key, actor, reason, decided = false }: ResumeCommand): Promise<ResumeOutcome> {
    const rows = await this.parts.work.signers(key.chainId);
    const row = rows.find((one) => one.key.address === key.address);
    if (row === undefined) return 'notFound';
    if (row.paused === null) return 'notPaused';
    if (isRestored(row) && !decided) return 'restored';
    const moved = isRestored(row)
      ? rows.flatMap((one) => pastRestore(one, row))
      : [{ key, paused: row.paused, left: null }];
    const goOn = moved.filter(({ left }) => left === null);
    await this.parts.ledger.commit({
      step: 'signer',
      at: this.parts.clock.now(),
      signers: moved.map(({ key: of, left }) => ({ key: of, paused: left })),
      wakeUps: goOn.map(({ key: signer }) => ({ signer, ids: [] })),
      audit: goOn.map(({ key: { address, chainId }, paused }) => ({
        actor,
        action: 'resume_signer',
        transactionId: null,
        reason,
        detail: { signer: address, chainId, paused: paused.reason },
        requestId: null,
      })),
    });
    return 'resumed';
  }
}

interface Moved {
  readonly key: SignerKey;
  readonly paused: Pause;
  /** Why it stays paused; null: it goes on. */
  readonly left: (SignerMove['paused'] & object) | null;
}

/** The others stay paused for what else there was; the one that is named goes on. */
function pastRestore(row: SignerRow, named: SignerRow): readonly Moved[] {
  const { key, paused } = row;
  if (paused?.restored === undefined) return [];
  const reason = row === named ? null : reasonLeft(paused.reason);
  return [{ key, paused, left: reason === null ? null : { reason, at: paused.at, isPastRestore: true } }];
}
