import { setTimeout as delay } from 'node:timers/promises';
import { KeyEncryptionKey } from '../../../adapters/outbound/crypto/key-encryption-key.ts';
import { rewrapDataKeys } from '../../../adapters/outbound/crypto/key-ring.ts';
import { LiveKeyRing, NOTICED_WITHIN_MS } from '../../../adapters/outbound/crypto/live-key-ring.ts';
import { SqlDataKeys } from '../../../adapters/outbound/sql/data-keys.ts';
import { Reseal } from '../../../adapters/outbound/sql/reseal.ts';
import { systemClock } from '../../../adapters/outbound/system/system-clock.ts';
import type { DataKeyRecord } from '../../../application/ports/data-keys.ts';
import { audit } from '../audit.ts';
import { command, type CommandGroup } from '../command.ts';
import type { AdminContext } from '../context.ts';
import { table, time } from '../table.ts';

/** A commit of ours may have begun just before the service's: it rests as long as it worked, and never less than this. */
const SHORTEST_REST_MS = 5;
const PROGRESS_EVERY_MS = 2_000;
/** A key that was just rotated away may still be used by a server that has not noticed, and by a commit that it has under way. */
const SETTLED_AFTER_MS = NOTICED_WITHIN_MS + 5_000;

export const keys: CommandGroup = {
  name: 'keys',
  summary: 'the keys that the record is sealed with: exchanges them while the service goes on',
  commands: [
    command({
      name: 'status',
      summary: 'The data keys, how many values each has sealed, and what may be taken away. Reads every row.',
      run: status,
    }),
    command({
      name: 'rewrap',
      summary:
        'Wraps the data keys by FIELD_ENCRYPTION_KEY, so that those of FIELD_ENCRYPTION_KEYS_OLD are needed no more.',
      async run(context) {
        const { dataKeys, kek, old } = await open(context);
        const rewrapped = await rewrapDataKeys(dataKeys, kek, old);
        if (rewrapped > 0) await audit(context, 'rewrap_keys', { rewrapped, wrappingKey: kek.id });
        context.terminal.say(
          rewrapped === 0
            ? `Every data key is wrapped by ${kek.id} already.`
            : `${rewrapped} data keys are wrapped by ${kek.id} now.`,
        );
      },
    }),
    command({
      name: 'rotate',
      summary: 'Makes a new data key, which running servers seal by within seconds; what is sealed stays readable.',
      async run(context) {
        const { dataKeys, kek, old } = await open(context);
        const id = await (await LiveKeyRing.open(dataKeys, kek, old, systemClock)).rotate();
        await audit(context, 'rotate_key', { dataKey: id });
        context.terminal.say(`Data key ${id} is the active one. What the older ones have sealed: keys reseal.`);
      },
    }),
    command({
      name: 'reseal',
      summary: 'Seals every value anew that an older data key has sealed; takes up where it was cut off.',
      run: reseal,
    }),
  ],
};

async function open(context: AdminContext) {
  const { knex, dialect } = await context.database();
  const { current, old } = context.wrappingKeys();
  return {
    dataKeys: new SqlDataKeys(knex, dialect),
    kek: new KeyEncryptionKey(current),
    old: old.map((one) => new KeyEncryptionKey(one)),
  };
}

async function parts(context: AdminContext) {
  const { knex, dialect } = await context.database();
  const cipher = await context.cipher();
  return { ...(await open(context)), reseal: new Reseal(knex, dialect, cipher) };
}

const isActive = ({ purpose, state }: DataKeyRecord): boolean => purpose === 'envelope' && state === 'active';

async function status(context: AdminContext): Promise<void> {
  const { dataKeys, kek, reseal: resealing } = await parts(context);
  const [all, uses] = [await dataKeys.all(), await resealing.uses()];
  const rows = all.map((one) => [
    String(one.id),
    one.purpose,
    one.state,
    time(one.createdAt),
    one.wrappingKeyId === kek.id ? 'FIELD_ENCRYPTION_KEY' : one.wrappingKeyId,
    one.purpose === 'envelope' ? String(uses.get(one.id) ?? 0) : '',
  ]);
  context.terminal.say(table([['key', 'for', 'state', 'since', 'wrapped by', 'values sealed'], ...rows]));
  const behind = [...uses].filter(([id]) => !all.some((one) => one.id === id && isActive(one)));
  const left = behind.reduce((sum, [, n]) => sum + n, 0);
  context.terminal.say(
    left === 0
      ? 'Every value is sealed by the active data key: the others have no uses.'
      : `${left} values are sealed by older data keys: keys reseal.`,
  );
  const foreign = all.filter(({ wrappingKeyId }) => wrappingKeyId !== kek.id).length;
  context.terminal.say(
    foreign === 0
      ? `Every data key is wrapped by FIELD_ENCRYPTION_KEY (${kek.id}): FIELD_ENCRYPTION_KEYS_OLD is not needed, but for older backups.`
      : `${foreign} data keys are wrapped by another key: keys rewrap, before one of FIELD_ENCRYPTION_KEYS_OLD is taken out.`,
  );
}

async function reseal(context: AdminContext): Promise<void> {
  const { terminal } = context;
  const { dataKeys, reseal: resealing } = await parts(context);
  const active = (await dataKeys.all()).find(isActive);
  if (active === undefined) return;
  const waitMs = active.createdAt + SETTLED_AFTER_MS - systemClock.now();
  if (waitMs > 0) {
    terminal.say(`Waiting ${Math.ceil(waitMs / 1000)} s until every server seals by data key ${active.id}.`);
    await delay(Math.min(waitMs, SETTLED_AFTER_MS));
  }
  const left = [...(await resealing.uses())].reduce((sum, [id, n]) => (id === active.id ? sum : sum + n), 0);
  let toldAt = systemClock.now();
  const done = await resealing.pass(active.id, async (tookMs, { resealed, passed }) => {
    if (systemClock.now() - toldAt >= PROGRESS_EVERY_MS) {
      toldAt = systemClock.now();
      terminal.say(`${resealed + passed} of ${left} values`);
    }
    await delay(Math.max(SHORTEST_REST_MS, tookMs));
  });
  if (done.resealed > 0) await audit(context, 'reseal', { dataKey: active.id, resealed: done.resealed });
  terminal.say(`${done.resealed} values are sealed anew by data key ${active.id}. keys status says what is left.`);
}
