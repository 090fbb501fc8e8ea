import { dirname, resolve } from 'node:path';
import { systemClock } from '../../../adapters/outbound/system/system-clock.ts';
import { writeBackup } from '../../backup/write-backup.ts';
import { isSealed } from '../../embedded/is-sealed.ts';
import { loadSecrets } from '../../embedded/secrets.ts';
import { command, type CommandGroup } from '../command.ts';

export const backup: CommandGroup = {
  name: 'backup',
  summary: 'copies the record while the server goes on',
  commands: [
    command({
      name: '',
      summary:
        'Writes the record of this moment to FILE, which must not be there yet, and proves that it can be opened.',
      parameters: ['FILE'],
      async run(context, { FILE }) {
        const { config, terminal } = context;
        const file = resolve(FILE);
        const open = await context.database();
        await context.cipher(); // refuses foreign keys in the words of every command
        const {
          secrets,
          origins,
          file: secretsFile,
        } = loadSecrets(config.dataDir, config.secrets, isSealed(config.database));
        const keys = { current: secrets.fieldEncryptionKey, old: config.fieldEncryptionKeysOld };
        const { takenAt, cursor, bytes } = await writeBackup(open, file, keys, systemClock);
        const key =
          origins.fieldEncryptionKey === 'given'
            ? 'FIELD_ENCRYPTION_KEY (and FIELD_ENCRYPTION_KEYS_OLD) of the environment'
            : `${secretsFile}, which holds the key of the database`;
        terminal.say(
          [
            `${file}: ${bytes} bytes, the record of ${new Date(takenAt).toISOString()}, ${
              cursor === null ? 'before its first block' : `read up to block ${cursor.number} (${cursor.hash})`
            }.`,
            `It opens with the present keys and with no others. Keep these elsewhere than in ${dirname(file)}: ${key}; and the signers' keys.`,
          ].join('\n'),
        );
      },
    }),
  ],
};
