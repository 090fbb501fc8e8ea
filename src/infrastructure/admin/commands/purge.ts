import { SqlLedger } from '../../../adapters/outbound/sql/ledger/sql-ledger.ts';
import { SqlRetention } from '../../../adapters/outbound/sql/retention/sql-retention.ts';
import { systemClock } from '../../../adapters/outbound/system/system-clock.ts';
import { PURGE_KINDS } from '../../../application/ports/retention.ts';
import { Sleeper } from '../../../application/sleeper.ts';
import { Purge, type Purged } from '../../../application/use-cases/purge.ts';
import { command, WrongUse, type CommandGroup } from '../command.ts';

const HOUR_MS = 3_600_000;
/** A client may still repeat a request of today with its key, and would be served a second time. */
const LEAST_AGE_MS = 24 * HOUR_MS;
const MOST_ROWS = 5_000;

export const purge: CommandGroup = {
  name: 'purge',
  summary: 'forgets what is over and old, beside a server that goes on',
  commands: [
    command({
      name: '',
      summary:
        'Deletes finished transactions with all that belongs to them (a failed one once it is closed and settled), finished fillers, resolved failures and done bulk retries. Cut off, it is run again.',
      options: {
        'older-than': {
          value: 'AGE',
          required: true,
          summary: 'counted from the last change, such as 90d or 36h; at least a day.',
        },
        'dry-run': { value: null, summary: 'only count.' },
        batch: { value: 'ROWS', summary: 'rows in one commit, 500 where not given.' },
      },
      async run(context, { 'older-than': age, 'dry-run': dryRun, batch }) {
        const [olderThanMs, rows] = [ageOf(age), batch === null ? 500 : rowsOf(batch)];
        const [{ knex, dialect }, cipher] = [await context.database(), await context.cipher()];
        const ledger = new SqlLedger({ knex, dialect, cipher, now: () => systemClock.now() });
        await untilSignal(async (stopping) => {
          const pause = (ms: number): Promise<void> => new Sleeper().sleep(ms, stopping);
          const retention = new SqlRetention(knex, dialect, () => systemClock.now());
          const use = new Purge({ retention, ledger, clock: systemClock, pause });
          const done = await use.run({ olderThanMs, batch: rows, dryRun, actor: context.actor, stopping });
          context.terminal.say(told(done, dryRun));
        });
      },
    }),
  ],
};

function ageOf(text: string): number {
  const [, count, unit] = /^(\d{1,6})([dh])$/.exec(text.trim()) ?? [];
  const ageMs = Number(count) * (unit === 'd' ? 24 : 1) * HOUR_MS;
  if (count === undefined) throw new WrongUse(`${text} is no age: write 90d or 36h.`);
  if (ageMs < LEAST_AGE_MS)
    throw new WrongUse(
      'At least a day: a forgotten idempotency key does not keep its request from being served twice.',
    );
  return ageMs;
}

function rowsOf(text: string): number {
  const rows = Number(text);
  if (!Number.isInteger(rows) || rows < 1 || rows > MOST_ROWS) throw new WrongUse(`--batch is 1 to ${MOST_ROWS}.`);
  return rows;
}

/** A first signal ends it after the commit in hand. */
async function untilSignal(work: (stopping: AbortSignal) => Promise<void>): Promise<void> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.once(name, stop);
  try {
    await work(stopping.signal);
  } finally {
    for (const name of signals) process.removeListener(name, stop);
  }
}

function told({ before, counts, finished }: Purged, dryRun: boolean): string {
  const lines = PURGE_KINDS.map((kind) => `  ${kind.padEnd(16)}  ${counts[kind]}`);
  const verb = dryRun ? 'Would forget' : 'Forgot';
  const end = finished ? [] : ['Stopped before the end: run it again for the rest.'];
  return [`${verb} what has not changed since ${new Date(before).toISOString()}:`, ...lines, ...end].join('\n');
}
