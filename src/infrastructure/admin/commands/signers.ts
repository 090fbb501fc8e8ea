import { SqlLedger } from '../../../adapters/outbound/sql/ledger/sql-ledger.ts';
import { SqlViews } from '../../../adapters/outbound/sql/reads/sql-views.ts';
import { SqlWork } from '../../../adapters/outbound/sql/reads/sql-work.ts';
import { systemClock } from '../../../adapters/outbound/system/system-clock.ts';
import type { SignerView } from '../../../application/ports/views.ts';
import { isRestored } from '../../../application/ports/work.ts';
import { ResumeSigner } from '../../../application/use-cases/resume-signer.ts';
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
        decided: { value: null, summary: 'after a restore: what `restore report` shows is settled.' },
      },
      async run(context, { ADDRESS, reason, decided }) {
        if (!/^0x[0-9a-f]{40}$/i.test(ADDRESS)) throw new WrongUse(`${ADDRESS} is no address.`);
        const address = ADDRESS.toLowerCase();
        const found = (await signersOnRecord(context)).find(({ key }) => key.address === address);
        if (found === undefined) throw new StartRefused(`No signer ${address} is on record.`);
        const [{ knex, dialect }, cipher] = [await context.database(), await context.cipher()];
        const ledger = new SqlLedger({ knex, dialect, cipher, now: () => systemClock.now() });
        const resume = new ResumeSigner({ work: new SqlWork(knex, dialect, cipher), ledger, clock: systemClock });
        if (decided && isRestored(found)) await mustHaveReadAll(context, found);
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

/** Its nonces would begin below those that the lost part of the record has used. */
async function mustHaveReadAll(context: AdminContext, { key, nextNonce }: SignerView): Promise<void> {
  await withRestoreParts(context, async (parts) => {
    const report = await reportOf(parts);
    const own = report?.signers.find((one) => one.key.address === key.address);
    if (own === undefined || report === null) return;
    if (report.incomplete !== null) throw new StartRefused(`Not all of the chain could be seen: ${report.incomplete}.`);
    const unread = own.strangers.some(({ block }) => block.number > (report.cursor?.number ?? -1));
    if (unread || own.count === null || (nextNonce ?? 0) < own.count)
      throw new StartRefused('The service has not read the chain to its head yet: let it run, and try again.');
  });
}

async function signersOnRecord(context: AdminContext): Promise<readonly SignerView[]> {
  const { knex, dialect } = await context.database();
  return new SqlViews(knex, dialect, await context.cipher(), () => systemClock.now()).signers();
}

const line = ({ key, nextNonce, inFlight, gaps, paused }: SignerView): string =>
  `${key.address}  chain ${key.chainId}  next nonce ${nextNonce ?? 'unknown'}  in flight ${inFlight}  gaps ${gaps.length}  ${
    paused === null ? 'works' : `paused: ${paused.reason}`
  }`;
