import { resolve } from 'node:path';
import { SqlLedger } from '../../../adapters/outbound/sql/ledger/sql-ledger.ts';
import { systemClock } from '../../../adapters/outbound/system/system-clock.ts';
import { AdoptMined } from '../../../application/use-cases/restore/adopt.ts';
import type { TransactionId, TxHash } from '../../../domain/primitives.ts';
import { restoreBackup } from '../../backup/restore-backup.ts';
import { StartRefused } from '../../server/start-refused.ts';
import { command, WrongUse, type CommandGroup } from '../command.ts';
import { reportOf, withRestoreParts } from '../restore-parts.ts';
import { reportText } from '../report-text.ts';

export const restore: CommandGroup = {
  name: 'restore',
  summary: 'puts a backup into the place of the record (server stopped), and settles what it has lost',
  commands: [
    command({
      name: '',
      summary:
        'Puts the backup FILE into the place of the database, which is kept beside it. All signers are paused until a person has decided.',
      parameters: ['FILE'],
      async run({ config, actor, terminal }, { FILE }) {
        const { takenAt, signers, kept } = await restoreBackup(config, resolve(FILE), actor);
        terminal.say(
          [
            `The record is the one of ${new Date(takenAt).toISOString()}. ${signers} signers are paused: nothing is sent for them.`,
            kept === null ? 'There was no database before.' : `What was there is kept: ${kept}`,
            'Start the server, let it read the chain to its head, then: npm run admin -- restore report',
          ].join('\n'),
        );
      },
    }),
    command({
      name: 'report',
      summary:
        'What the chain has of the paused signers and the restored record has not, beside the rows that are in doubt.',
      run: async (context) =>
        withRestoreParts(context, async (parts) => context.terminal.say(reportText(await reportOf(parts)))),
    }),
    command({
      name: 'adopt',
      summary: 'Says that the mined transaction HASH is what became of ID: it is included then, and never sent again.',
      parameters: ['ID', 'HASH'],
      options: { reason: { value: '"…"', required: true, summary: 'why; it stands in the audit log.' } },
      async run(context, { ID, HASH, reason }) {
        if (!/^0x[0-9a-f]{64}$/i.test(HASH)) throw new WrongUse(`${HASH} is no transaction's hash.`);
        const hash = HASH.toLowerCase() as TxHash;
        await withRestoreParts(context, async (parts) => {
          const { knex, dialect } = await context.database();
          const ledger = new SqlLedger({ knex, dialect, cipher: await context.cipher(), now: () => systemClock.now() });
          const adopt = new AdoptMined({ ...parts, ledger, clock: systemClock });
          const outcome = await adopt.adopt({
            id: ID.toLowerCase() as TransactionId,
            hash,
            actor: context.actor,
            reason: reason.trim(),
          });
          if (outcome.kind === 'refused') throw new StartRefused(`${ID} was not changed: ${outcome.because}.`);
          context.terminal.say(`${ID} is included by ${hash}. The tracker says at depth what became of it.`);
        });
      },
    }),
  ],
};
