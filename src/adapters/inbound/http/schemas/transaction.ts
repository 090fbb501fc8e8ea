import { z } from 'zod';
import { ATTEMPT_KINDS_SHOWN, ATTEMPT_OUTCOMES_SHOWN } from './names.ts';
import { STATUSES } from '../../../../domain/transaction/transaction.ts';
import { TIMELINE_TYPES } from '../../../../domain/transaction/timeline.ts';
import { LAST_ERROR_MEANINGS } from './meanings.ts';
import { BELOW_THE_MARKET } from './quantity.ts';
import { VALID_UNTIL } from './time.ts';
import { FAILURE_CODES } from '../../../../domain/transaction/failure.ts';

const oneOf = (names: readonly string[]): string => `One of ${names.map((name) => `\`${name}\``).join(', ')}`;

const quantity = z
  .string()
  .regex(/^(0|[1-9][0-9]*)$/)
  .describe('Decimal.');
const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .describe('EIP-55.');
const time = z.iso.datetime({ precision: 3 });
const status = z
  .enum(STATUSES)
  .describe('What each means: /docs#statuses. More may come: treat one that you do not know as not settled.');
const object = z.record(z.string(), z.unknown());

const failure = z.object({
  code: z.enum(FAILURE_CODES).describe(`${oneOf(FAILURE_CODES)}: see /docs#failures. More may come.`),
  message: z.string().describe('What happened and what would help, for a person.'),
});
const attemptError = z.object({ code: z.string().describe("The node answer's class.") });

const attempt = z.object({
  kind: z.enum(ATTEMPT_KINDS_SHOWN),
  revision: z.int().describe('The revision of the request that was signed.'),
  hash,
  nonce: z.int(),
  maxFeePerGas: quantity,
  maxPriorityFeePerGas: quantity,
  signedAt: time,
  publishedAt: time.nullable().describe('When a node first said that it has these bytes.'),
  outcome: z.enum(ATTEMPT_OUTCOMES_SHOWN),
  error: attemptError.nullable(),
});

export const event = z.object({
  id: z.string(),
  at: time,
  type: z.string().describe(`${oneOf(TIMELINE_TYPES)}. More may come.`),
  from: status.nullable(),
  to: status.nullable(),
  actor: z.string().describe('`client:NAME`, `user:USERNAME` or `system`.'),
  detail: object.nullable(),
});

const common = {
  id: z.string(),
  version: z.int().describe('Goes up with every change; the ETag names it.'),
  status,
  chainId: z.int(),
  from: address,
  to: address.nullable().describe('null: contract creation.'),
  value: quantity,
  gasLimit: quantity.nullable(),
  maxFeePerGas: quantity.nullable().describe(`The cap that was asked for. ${BELOW_THE_MARKET}`),
  maxPriorityFeePerGas: quantity.nullable().describe('The cap that was asked for.'),
  nonce: z
    .int()
    .nullable()
    .describe("The mined attempt's, else the one that it holds, else the newest attempt's; null: it never had one."),
  hash: hash.nullable().describe("The mined attempt's, else the newest's."),
  retry: z.object({
    count: z
      .int()
      .describe(
        "Retries that are used up, of one budget over all stages. Waits that are not its fault don't count; an operator's retry begins anew.",
      ),
    nextAt: time
      .nullable()
      .describe(
        'When it goes on by itself. null: no moment is set, since a block or another transaction wakes it, or it is over.',
      ),
    lastError: z
      .string()
      .nullable()
      .describe(
        `The trouble of the last try, null: none. ${oneOf(Object.keys(LAST_ERROR_MEANINGS))}: see /docs#waits. More may come.`,
      ),
  }),
  failure: failure.nullable(),
  settled: z
    .boolean()
    .describe(
      'true: nothing signed so far can be mined any more. In every status but `failed` this is final. A `failed` one can still be retried by an operator and then be mined: before you pay in another way, agree with the operator that it is left alone.',
    ),
  closed: z
    .object({ at: time, by: z.string(), reason: z.string() })
    .nullable()
    .describe('Who said of a failure that nobody will retry it, and why. null: nobody, or it is not failed any more.'),
  block: z
    .object({ number: quantity, hash })
    .nullable()
    .describe('The block that it is in; null: in none. While `included`, a reorg may still change it.'),
  cancelRequested: z
    .boolean()
    .describe('A cancel that waits for the chain. No call makes one yet: a cancel is done at once, or refused.'),
  revision: z.int().describe("Counts the operators' edits; 0 is the client's own request."),
  metadata: object.nullable(),
  validUntil: time.nullable().describe(VALID_UNTIL),
  idempotencyKey: z.string().nullable(),
  createdAt: time,
  updatedAt: time,
};

const data = z.string().regex(/^0x([0-9a-f]{2})*$/);
const inPlaceOfData = {
  dataBytes: z.int(),
  selector: z
    .string()
    .regex(/^0x[0-9a-f]{8}$/)
    .nullable()
    .describe('The first four bytes of calldata.'),
};

/** As a client sees it. */
export const transaction = z.object({ ...common, data, attempts: z.array(attempt), events: z.array(event) });
export const listedTransaction = z.object({ ...common, ...inPlaceOfData });

/** What operators see besides: whose it is, and the nodes' own words. */
const besides = {
  client: z.string(),
  failure: failure.extend({ nodeMessage: z.string().nullable() }).nullable(),
};
const adminAttempt = attempt.extend({ error: attemptError.extend({ message: z.string() }).nullable() });

export const adminTransaction = transaction.extend({ ...besides, attempts: z.array(adminAttempt) });
export const adminListedTransaction = listedTransaction.extend(besides);

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
