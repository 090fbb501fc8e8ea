import { hash, randomInt, randomBytes } from 'node:crypto';
import { SqlApiClients } from '../../../adapters/outbound/sql/api-clients.ts';
import { systemClock } from '../../../adapters/outbound/system/system-clock.ts';
import { KEYS_PER_CLIENT, type ApiClients } from '../../../application/ports/api-clients.ts';
import type { ApiKey } from '../../config/secrets.ts';
import { isSealed } from '../../embedded/is-sealed.ts';
import { loadSecrets } from '../../embedded/secrets.ts';
import { StartRefused } from '../../server/start-refused.ts';
import { audit } from '../audit.ts';
import { command, WrongUse, type CommandGroup } from '../command.ts';
import type { AdminContext } from '../context.ts';
import { table, time } from '../table.ts';

/** Without those that look alike. */
const PREFIX_DIGITS = 'abcdefghjkmnpqrstuvwxyz23456789';
const PREFIX_LENGTH = 8;
const SECRET_BYTES = 32;

const name = { parameters: ['NAME'] } as const;

export const clients: CommandGroup = {
  name: 'clients',
  summary: 'who may send transactions, and with which keys',
  commands: [
    command({
      name: 'list',
      summary: `The clients with the prefix of each key, when it was made, and the day it was last used.`,
      run: list,
    }),
    command({
      name: 'add',
      ...name,
      summary: 'Adds a client with a key, which is shown this once.',
      async run(context, { NAME }) {
        if (!/^[A-Za-z0-9._-]{1,64}$/.test(NAME)) throw new WrongUse('A name is 1 to 64 letters, digits and . _ -');
        const apiClients = await open(context);
        if ((await apiClients.add(NAME, systemClock.now())) === 'exists')
          throw new StartRefused(`There is a client ${NAME} already; clients add-key gives it another key.`);
        await audit(context, 'add_client', { client: NAME });
        await addKey(context, apiClients, NAME);
      },
    }),
    command({
      name: 'add-key',
      ...name,
      summary: `Gives a client another key, shown this once; it may have ${KEYS_PER_CLIENT}, so that it can change them without a gap.`,
      run: async (context, { NAME }) => addKey(context, await open(context), NAME),
    }),
    command({
      name: 'revoke-key',
      parameters: ['NAME', 'PREFIX'],
      summary: 'Takes a key back. Running servers refuse it within a few seconds.',
      async run(context, { NAME, PREFIX }) {
        if ((await (await open(context)).revokeKey(NAME, PREFIX)) === 'unknown')
          throw new StartRefused(
            `The client ${NAME} has no key ${PREFIX} that was made by command. One of API_KEYS is taken out there, or out of secrets.json, and the service started again.`,
          );
        await audit(context, 'revoke_key', { client: NAME, prefix: PREFIX });
        context.terminal.say(`${PREFIX} of ${NAME} is revoked.`);
      },
    }),
    command({
      name: 'remove',
      ...name,
      summary: 'Takes a client and its keys away. Its transactions stay on record, and go on.',
      async run(context, { NAME }) {
        if ((await (await open(context)).remove(NAME)) === 'unknown')
          throw new StartRefused(`There is no client ${NAME} that was added by command.`);
        await audit(context, 'remove_client', { client: NAME });
        context.terminal.say(`${NAME} is removed.`);
        if (ofEnvironment(context).some(({ client }) => client === NAME))
          context.terminal.say('API_KEYS still names it: take it out there as well, and start the service again.');
      },
    }),
  ],
};

async function open(context: AdminContext): Promise<ApiClients> {
  const { knex, dialect } = await context.database();
  return new SqlApiClients(knex, dialect);
}

async function addKey(context: AdminContext, apiClients: ApiClients, client: string): Promise<void> {
  const prefix = `tb_${Array.from({ length: PREFIX_LENGTH }, () => PREFIX_DIGITS[randomInt(PREFIX_DIGITS.length)]).join('')}`;
  const key = `${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  const outcome = await apiClients.addKey({
    client,
    hash: hash('sha256', key, 'buffer'),
    prefix,
    createdAt: systemClock.now(),
  });
  switch (outcome) {
    case 'unknown':
      throw new StartRefused(
        `There is no client ${client} that was added by command: clients add makes one with a key, also where API_KEYS names it already.`,
      );
    case 'full':
      throw new StartRefused(
        `${client} has ${KEYS_PER_CLIENT} keys: revoke the one that it does not use any more first.`,
      );
    case 'added':
      await audit(context, 'add_key', { client, prefix });
      context.terminal.say(`Key of ${client}, shown this once (Authorization: Bearer KEY):\n${key}`);
  }
}

async function list(context: AdminContext): Promise<void> {
  const apiClients = await open(context);
  const [known, keys] = [await apiClients.clients(), await apiClients.keys()];
  const rows = known.flatMap(({ name: client, createdAt }) => {
    const own = keys.filter((key) => key.client === client);
    if (own.length === 0) return [[client, '(no key)', time(createdAt), '']];
    return own.map((key) => [client, key.prefix, time(key.createdAt), key.lastUsedDay ?? 'never']);
  });
  const given = ofEnvironment(context).map(({ client }) => [client, '(API_KEYS)', '', 'not noted']);
  context.terminal.say(table([['client', 'key', 'since', 'last used'], ...rows, ...given]));
}

/** Those of this process' settings, or of the generated secrets: the ones of the service, where it has the same. */
function ofEnvironment({ config }: AdminContext): readonly ApiKey[] {
  if (config.secrets.apiKeys !== null) return config.secrets.apiKeys;
  return isSealed(config.database) ? loadSecrets(config.dataDir, config.secrets, true).secrets.apiKeys : [];
}
