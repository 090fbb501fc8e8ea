import { z } from 'zod';
import { OVERVIEW_RANGES, RANGES } from '../../../../application/overview/overview.ts';
import { FAILURE_CODES } from '../../../../domain/transaction/failure.ts';
import { documentedAs } from './documented.ts';

const time = z.iso.datetime({ precision: 3 });
const wei = z.string().regex(/^(0|[1-9][0-9]*)$/);
const count = z.int();

const most = Math.max(...Object.values(RANGES).map(({ points }) => points));

export const overviewQuery = z.strictObject({
  range: documentedAs(z.enum(OVERVIEW_RANGES, { error: `must be one of ${OVERVIEW_RANGES.join(', ')}` }).optional(), {
    type: 'string',
    enum: OVERVIEW_RANGES,
    default: '1h',
    description: `How far back: by the minute, by 15 minutes, by the hour; ${most} points at most.`,
  }),
});

const quantiles = z
  .object({
    count: count.describe('Inclusions that were timed.'),
    p50Ms: z.int().nullable(),
    p95Ms: z.int().nullable(),
  })
  .describe(
    "From acceptance until the client's bytes were seen in a block, estimated from counts by ranges of time. null: there were none.",
  );

const levels = {
  inFlight: count.describe('`queued`, `signed`, `broadcast` or `included`.'),
  queued: count,
  openFailures: count.describe('Failed, and neither retried, resolved nor closed.'),
};

const point = z.object({
  at: time.describe('Its beginning; `stepMs` later the next one begins.'),
  accepted: count,
  included: count,
  confirmed: count,
  reverted: count,
  failed: count,
  cancelled: count,
  expired: count,
  timeToInclusion: quantiles,
  feesSpent: wei.describe('Wei, of what became final. Over chains with several currencies it means nothing.'),
  ...levels,
});

const attention = z.object({
  kind: z
    .enum([
      'intakeRefused',
      'nodeTrouble',
      'signerPaused',
      'signerWithoutFunds',
      'openFailures',
      'outboxOld',
      'queueOld',
    ])
    .describe('More may come.'),
  message: z.string().nullable(),
  chainId: z.int().nullable(),
  address: z.string().nullable(),
  code: z.enum(FAILURE_CODES).nullable().describe('Of `openFailures`.'),
  count: count.nullable(),
  since: time.nullable().describe('The oldest of them.'),
});

export const overviewAnswer = z.object({
  at: time,
  range: z.enum(OVERVIEW_RANGES),
  attention: z.array(attention).describe('What needs a person, the most urgent first.'),
  figures: z.object({
    ...levels,
    oldestQueuedAt: time.nullable().describe('When the oldest queued one was accepted.'),
    confirmedPerMinute: z.number().describe('Over the last four minutes and the present one.'),
    timeToInclusion: quantiles,
    feesSpent: wei.describe('Wei, in the range.'),
  }),
  stepMs: z.int(),
  points: z.array(point).describe('Oldest first; the last one is not over yet. Levels are those at the end of each.'),
  chains: z.array(
    z.object({
      chainId: z.int(),
      cursor: wei.nullable().describe('The last block that was read.'),
      final: wei.nullable().describe('The last block that counts as final.'),
      node: z
        .object({
          state: z.enum(['ok', 'unreachable', 'wrongChain']),
          message: z.string(),
          head: wei.nullable(),
          baseFeePerGas: wei.nullable().describe("The next block's."),
        })
        .nullable()
        .describe('null: this process has no node of it.'),
      ...levels,
      feesSpent: wei.describe('Wei, in the range.'),
    }),
  ),
  signers: z.array(
    z.object({
      chainId: z.int(),
      address: z.string(),
      balance: wei.nullable().describe('Wei.'),
      inFlight: count,
      queued: count,
      paused: z.object({ reason: z.string(), at: time }).nullable(),
      alert: z
        .enum(['paused', 'noFunds', 'notSeen'])
        .nullable()
        .describe('`notSeen`: the tracker has not read its balance yet. More may come.'),
    }),
  ),
});

const SIGNER = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const LEVELS = { inFlight: 41, queued: 12, openFailures: 3 };
const INCLUSION = { count: 118, p50Ms: 1340, p95Ms: 2900 };

/** What an answer looks like; a test holds it to the schema. Of the points it has one. */
export const OVERVIEW_EXAMPLE: z.input<typeof overviewAnswer> = {
  at: '2030-01-31T12:00:20.000Z',
  range: '1h',
  attention: [
    {
      kind: 'signerPaused',
      message: 'the chain counts 9 transactions of this account, 7 were expected',
      chainId: 31337,
      address: SIGNER,
      code: null,
      count: null,
      since: '2030-01-31T11:48:02.120Z',
    },
    {
      kind: 'openFailures',
      message: null,
      chainId: null,
      address: null,
      code: 'would_revert',
      count: 3,
      since: '2030-01-31T09:12:44.001Z',
    },
  ],
  figures: {
    ...LEVELS,
    oldestQueuedAt: '2030-01-31T12:00:18.730Z',
    confirmedPerMinute: 117.2,
    timeToInclusion: INCLUSION,
    feesSpent: '148764000000000000',
  },
  stepMs: 60_000,
  points: [
    {
      at: '2030-01-31T12:00:00.000Z',
      accepted: 131,
      included: 118,
      confirmed: 112,
      reverted: 1,
      failed: 0,
      cancelled: 0,
      expired: 0,
      timeToInclusion: INCLUSION,
      feesSpent: '2479400000000000',
      ...LEVELS,
    },
  ],
  chains: [
    {
      chainId: 31337,
      cursor: '20480',
      final: '20479',
      node: { state: 'ok', message: 'ok', head: '20480', baseFeePerGas: '1000000000' },
      ...LEVELS,
      feesSpent: '148764000000000000',
    },
  ],
  signers: [
    {
      chainId: 31337,
      address: SIGNER,
      balance: '9999851236000000000000',
      inFlight: 41,
      queued: 12,
      paused: {
        reason: 'the chain counts 9 transactions of this account, 7 were expected',
        at: '2030-01-31T11:48:02.120Z',
      },
      alert: 'paused',
    },
  ],
};
