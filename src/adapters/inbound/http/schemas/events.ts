import { z } from 'zod';
import { documentedAs } from './documented.ts';
import { limit } from './lists.ts';
import { event } from './transaction.ts';

const FORM = /^(0|[1-9][0-9]{0,15})$/;

/** An event's id as a position: a whole number that JavaScript can count to. */
export const isPosition = (text: string): boolean => FORM.test(text) && Number.isSafeInteger(Number(text));

export const NOT_A_POSITION = "must be an event's id";

export const eventsQuery = z.strictObject({
  after: documentedAs(
    z
      .string()
      .refine((text) => text === 'latest' || isPosition(text), { error: `${NOT_A_POSITION}, or latest` })
      .transform((text) => (text === 'latest' ? text : Number(text))),
    {
      type: 'string',
      pattern: '^(0|[1-9][0-9]*|latest)$',
      description:
        'Where to go on: `nextAfter` of the page before, or the id of the last event that you have. Left out: from the beginning. `latest`: from now on.',
    },
  ).optional(),
  limit,
});

export const feedEvent = event.extend({
  id: z.string().describe('Its position, as a decimal number: later ones are higher.'),
  transactionId: z.string(),
});
export const adminFeedEvent = feedEvent.extend({ client: z.string(), chainId: z.int() });

export const eventPage = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item).describe('In order; may be empty though there are more.'),
    nextAfter: z.string().describe('`after` of the next page. It advances also where nothing was yours.'),
    more: z.boolean().describe('true: ask for the next page at once. false: this is the end for now.'),
  });
