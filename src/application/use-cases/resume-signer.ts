import type { SignerKey } from '../../domain/primitives.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import { isRestored, type Work } from '../ports/work.ts';

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

/** A person has looked at why a signer was paused, and lets it go on; on record with the reason. */
export class ResumeSigner {
  constructor(private readonly parts: ResumeParts) {}

  async resume({ key, actor, reason, decided = false }: ResumeCommand): Promise<ResumeOutcome> {
    const rows = await this.parts.work.signers(key.chainId);
    const row = rows.find((one) => one.key.address === key.address);
    if (row === undefined) return 'notFound';
    if (row.paused === null) return 'notPaused';
    if (isRestored(row) && !decided) return 'restored';
    await this.parts.ledger.commit({
      step: 'signer',
      at: this.parts.clock.now(),
      signers: [{ key, paused: null }],
      wakeUps: [{ signer: key, ids: [] }],
      audit: [
        {
          actor,
          action: 'resume_signer',
          transactionId: null,
          reason,
          detail: { signer: key.address, chainId: key.chainId, paused: row.paused.reason },
          requestId: null,
        },
      ],
    });
    return 'resumed';
  }
}
