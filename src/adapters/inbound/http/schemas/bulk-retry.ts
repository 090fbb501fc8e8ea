import { z } from 'zod';
import type { TransactionId } from '../../../../domain/primitives.ts';
import { isId } from '../request/path-id.ts';
import { documentedAs } from './documented.ts';
import { adminListQuery } from './lists.ts';
import { reason } from './retry.ts';

/** Ids in one call; more go by a filter. */
const MOST_IDS = 10_000;

const id = documentedAs(
  z
    .string()
    .refine(isId, { error: 'must be a transaction’s id' })
    .transform((text) => text as TransactionId),
  { type: 'string', format: 'uuid' },
);

/** What stands as text in a query may stand as itself in JSON. */
const alsoAs = <Schema extends z.ZodType>(type: 'number' | 'boolean', schema: Schema) =>
  z.preprocess((value) => (typeof value === type ? String(value) : value), schema);

const {
  chainId,
  nonce,
  status: _status,
  closed: _closed,
  limit: _limit,
  cursor: _cursor,
  ...others
} = adminListQuery.shape;

const ONLY_FAILED = 'only failed transactions can be retried: leave it out, or say failed';
const failed = z.literal('failed', { error: ONLY_FAILED });
const ONLY_OPEN = 'only open failures are retried in bulk: leave it out, or say false';

/** The fields of the administrator's list. Those that could only find what cannot be retried have one value. */
const filter = z.strictObject({
  ...others,
  status: documentedAs(z.union([failed, z.array(failed).min(1)], { error: ONLY_FAILED }).optional(), {
    type: 'string',
    enum: ['failed'],
    description: 'May be left out.',
  }),
  closed: documentedAs(alsoAs('boolean', z.literal('false', { error: ONLY_OPEN })).optional(), {
    type: 'boolean',
    enum: [false],
    description: 'May be left out.',
  }),
  chainId: documentedAs(alsoAs('number', chainId), { type: 'integer', minimum: 1, description: 'The chain.' }),
  nonce: documentedAs(alsoAs('number', nonce), { type: 'integer', minimum: 0, description: 'The nonce.' }),
});

export const bulkRetryBody = z
  .strictObject({
    reason,
    ids: documentedAs(
      z
        .array(id)
        .min(1, { error: 'must name one at least' })
        .max(MOST_IDS, { error: `must name at most ${MOST_IDS}; more go by a filter` })
        .optional(),
      {
        type: 'array',
        items: { type: 'string', format: 'uuid' },
        minItems: 1,
        maxItems: MOST_IDS,
        description: 'These; one that is named twice counts once.',
      },
    ),
    filter: documentedAs(filter.optional(), {
      type: 'object',
      description:
        'The open failures that the administrator’s list shows under this filter: the same fields, as JSON. `{}`: all of them.',
    }),
    expectedCount: z
      .int({ error: 'must be a whole number' })
      .min(0, { error: 'must be a whole number' })
      .optional()
      .describe('How many the caller saw. Where another number is found, nothing is done: 409 `count_changed`.'),
  })
  .refine(({ ids, filter: by }) => (ids === undefined) !== (by === undefined), {
    error: 'must have either ids or filter',
  });

export type BulkRetryFilter = z.output<typeof filter>;

const time = z.iso.datetime({ precision: 3 });
const notRetried = z.array(z.object({ transactionId: z.string(), code: z.string(), message: z.string() }));

export const bulkRetry = z.object({
  id: z.string(),
  state: z.enum(['running', 'done']),
  total: z.int().describe('How many were frozen when it was created.'),
  retried: z.int().describe('Each once by this job, also where it fails again.'),
  skipped: z.int().describe('There was nothing to retry when their turn came: they had moved on, or were closed.'),
  failed: z.int().describe('A retry of them was refused.'),
  createdAt: time,
  createdBy: z.string(),
  reason: z.string(),
  filter: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('As it was asked for. null: they were named by their ids.'),
  finishedAt: time.nullable(),
});

export const bulkRetryDetail = bulkRetry.extend({
  failures: notRetried.describe(
    'The first hundred that failed. `code` is that of the answer to a retry of one, or `internal_error`.',
  ),
  skips: notRetried.describe(
    'The first hundred that were skipped. `code` is `illegal_transition` where it was not failed any more, or `closed`.',
  ),
});

export const created = z.object({ id: z.string() });
