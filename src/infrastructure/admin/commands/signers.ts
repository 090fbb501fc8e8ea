import { SqlLedger } from '../../../adapters/outbound/sql/ledger/sql-ledger.ts';
import { SqlViews } from '../../../adapters/outbound/sql/reads/sql-views.ts';
import { SqlWork } from '../../../adapters/outbound/sql/reads/sql-work.ts';
import { systemClock } from '../../../adapters/outbound/system/system-clock.ts';
import type { SignerView } from '../../../application/ports/views.ts';
import { isRestored } from '../../../application/ports/work.ts';
import { ResumeSigner } from '../../../application/use-cases/resume-signer.ts';
import { whyUndecided } from '../../../application/use-cases/restore/why-undecided.ts';
import type { TransactionId } from '../../../domain/primitives.ts';
import { StartRefused } from '../../server/start-refused.ts';
import { command, WrongUse, type CommandGroup } from '../command.ts';
import type { AdminContext } from '../context.ts';
import { reportOf, withRestoreParts } from '../restore-parts.ts';

export const signers: CommandGroup = {
  name: 'signers',
  summary: 'the signers, and why one is paused; lets a paused one go on',
  commands: [
    command({
      name: 'list',
      summary: 'The signers with their nonces, and why one is paused.',
      run: async (context) => context.terminal.say((await signersOnRecord(context)).map(line).join('\n')),
    }),
    command({
      name: 'resume',
      summary: 'Lets a paused signer go on.',
      parameters: ['ADDRESS'],
      options: {
        reason: { value: '"…"', required: true, summary: 'why; it stands in the audit log.' },
        decided: {
          value: null,
          summary:
            'after a restore: what `restore report` shows is settled. All signers that wait for it go on together.',
        },
        unpaid: {
          value: 'ID,ID,…',
          summary: 'after a restore: rows that a mined transaction asks the same as, and that it did not pay.',
        },
      },
      async run(context, { ADDRESS, reason, decided, unpaid }) {
        if (!/^0x[0-9a-f]{40}$/i.test(ADDRESS)) throw new WrongUse(`${ADDRESS} is no address.`);
        const address = ADDRESS.toLowerCase();
        const found = (await signersOnRecord(context)).find(({ key }) => key.address === address);
        if (found === undefined) throw new StartRefused(`No signer ${address} is on record.`);
        const [{ knex, dialect }, cipher] = [await context.database(), await context.cipher()];
        const ledger = new SqlLedger({ knex, dialect, cipher, now: () => systemClock.now() });
        const resume = new ResumeSigner({ work: new SqlWork(knex, dialect, cipher), ledger, clock: systemClock });
        if (decided && isRestored(found)) await mustBeDecided(context, idsOf(unpaid));
        const outcome = await resume.resume({ key: found.key, actor: context.actor, reason: reason.trim(), decided });
        if (outcome === 'restored') throw new StartRefused(UNDECIDED);
        context.terminal.say(outcome === 'resumed' ? `${address} goes on.` : `${address} is not paused.`);
      },
    }),
  ],
};

const UNDECIDED =
  'The record was restored from a backup, and what it has lost may have been sent: look at `npm run admin -- restore report` first, settle what ' +
  'it shows, then say --decided.';

/** The report, once more and right before the decision: a repeat may have come since somebody read it. */
async function mustBeDecided(context: AdminContext, unpaid: ReadonlySet<TransactionId>): Promise<void> {
  await withRestoreParts(context, async (parts) => {
    const report = await reportOf(parts);
    const why = report === null ? null : whyUndecided(report, unpaid);
    if (why !== null) throw new StartRefused(why);
  });
}

const idsOf = (list: string | null): ReadonlySet<TransactionId> =>
  new Set((list ?? '').split(',').map((id) => id.trim().toLowerCase() as TransactionId));

async function signersOnRecord(context: AdminContext): Promise<readonly SignerView[]> {
  const { knex, dialect } = await context.database();
  return new SqlViews(knex, dialect, await context.cipher(), () => systemClock.now()).signers();
}

const line = ({ key, nextNonce, inFlight, gaps, paused }: SignerView): string =>
  `${key.address}  chain ${key.chainId}  next nonce ${nextNonce ?? 'unknown'}  in flight ${inFlight}  gaps ${gaps.length}  ${
    paused === null ? 'works' : `paused: ${paused.reason}`
  }`;
