import { z } from 'zod';
import { FAILURE_CODES } from '../../../../domain/transaction/failure.ts';
import { STATUSES } from '../../../../domain/transaction/transaction.ts';
import { address } from './address.ts';
import { documentedAs } from './documented.ts';
import { txHash } from './hex.ts';
import { idempotencyKey, isCleanText } from './text.ts';
import { time } from './time.ts';

function wholeNumber(least: number, most: number, description: string, fallback?: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return documentedAs(
    z
      .string()
      .regex(/^[0-9]{1,16}$/, { error: message })
      .transform(Number)
      .pipe(z.int({ error: message }).min(least, { error: message }).max(most, { error: message })),
    {
      type: 'integer',
      minimum: least,
      maximum: most,
      description,
      ...(fallback !== undefined && { default: fallback }),
    },
  );
}

export const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

export const limit = wholeNumber(
  1,
  MAX_LIMIT,
  `How many items at most: 1 to ${MAX_LIMIT}, ${DEFAULT_LIMIT} where it is left out.`,
  DEFAULT_LIMIT,
).optional();

export const pageQuery = z.strictObject({
  limit,
  cursor: documentedAs(z.string(), {
    type: 'string',
    description: '`nextCursor` of the page before. It belongs to its filter.',
  }).optional(),
});

const statuses = z.array(z.enum(STATUSES, { error: `must be one of ${STATUSES.join(', ')}` }));

const common = {
  status: documentedAs(statuses, {
    type: 'array',
    items: { type: 'string', enum: STATUSES },
    description: 'One of these; may be given more than once.',
  }).optional(),
  from: documentedAs(address.optional(), { description: 'The signer.' }),
  hash: documentedAs(txHash.optional(), { description: 'The hash of any attempt.' }),
  createdAfter: documentedAs(time.optional(), { description: 'Accepted after this moment.' }),
  createdBefore: documentedAs(time.optional(), { description: 'Accepted before this moment.' }),
};

export const clientListQuery = z.strictObject({
  ...common,
  idempotencyKey: documentedAs(idempotencyKey.optional(), {
    description: 'Only the transaction that was sent with this key.',
  }),
  ...pageQuery.shape,
});

/** One that no failure can have is a slip of the pen: a bulk retry of it would be one of nothing. */
const errorCode = documentedAs(
  z.enum(FAILURE_CODES, { error: `must be a failure's code: ${FAILURE_CODES.join(', ')}` }),
  { type: 'string', enum: [...FAILURE_CODES], description: "A failure's code." },
);

const search = documentedAs(
  z
    .string()
    .trim()
    .min(1, { error: 'must not be empty' })
    .max(255, { error: 'must be at most 255 characters long' })
    .refine(isCleanText, { error: 'must be text' }),
  {
    type: 'string',
    minLength: 1,
    maxLength: 255,
    description: 'Finds an id, a hash, an address, a nonce or an idempotency key, exactly.',
  },
);

const closed = documentedAs(
  z.enum(['true', 'false'], { error: 'must be true or false' }).transform((text) => text === 'true'),
  {
    type: 'string',
    enum: ['true', 'false'],
    description:
      'true: failures that somebody closed. false: everything else; with `status=failed`, the open failures.',
  },
);

export const adminListQuery = z.strictObject({
  ...common,
  chainId: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'The chain.').optional(),
  to: documentedAs(address.optional(), { description: 'The recipient.' }),
  nonce: wholeNumber(0, Number.MAX_SAFE_INTEGER, 'The nonce.').optional(),
  errorCode: errorCode.optional(),
  closed: closed.optional(),
  q: search.optional(),
  ...pageQuery.shape,
});
