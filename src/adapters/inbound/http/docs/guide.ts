import { FAILURE_MEANINGS, LAST_ERROR_MEANINGS, NODE_ERROR_MEANINGS, STATUS_MEANINGS } from '../schemas/meanings.ts';
import { escaped, prose, table } from './html.ts';

interface Section {
  readonly id: string;
  readonly title: string;
  readonly html: string;
}

const paragraph = (text: string): string => `<p class="lead">${prose(text)}</p>`;
const shell = (lines: readonly string[]): string => `<pre><code>${escaped(lines.join('\n'))}</code></pre>`;
const named = (names: readonly [string, string], meanings: Readonly<Record<string, string>>): string =>
  `<div class="card">${table(
    names,
    Object.entries(meanings).map(([name, meaning]) => [`<code>${escaped(name)}</code>`, prose(meaning)]),
  )}</div>`;

const ONCE = [
  'curl -X POST "$URL/v1/transactions" \\',
  '  -H "Authorization: Bearer $KEY" \\',
  '  -H "Idempotency-Key: order-4711" \\',
  '  -H "Content-Type: application/json" \\',
  '  -d \'{"to":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8","value":"1"}\'',
];
const EVENTS = [
  'curl "$URL/v1/events?after=latest" -H "Authorization: Bearer $KEY"   # once: nextAfter is now',
  'curl "$URL/v1/events?after=$AFTER" -H "Authorization: Bearer $KEY"   # again and again, with the nextAfter before',
  'curl -N "$URL/v1/events" -H "Authorization: Bearer $KEY" -H "Accept: text/event-stream" -H "Last-Event-ID: $AFTER"',
];
const FOLLOW = [
  'until curl -s "$URL/v1/transactions/$ID" -H "Authorization: Bearer $KEY" |',
  '  grep -E \'"status":"(confirmed|reverted|cancelled|expired|failed)"\'; do sleep 2; done',
];

const MANY = [
  'curl -X POST "$URL/v1/admin/bulk-retries" \\',
  '  -H "Authorization: Bearer $TOKEN" \\',
  '  -H "Content-Type: application/json" \\',
  '  -d \'{"reason":"the account was funded","filter":{"errorCode":"insufficient_funds"},"expectedCount":212}\'',
];

/** What a client must know beside the calls, and an operator. */
export const GUIDE: readonly Section[] = [
  {
    id: 'once',
    title: 'Send it once',
    html: `${paragraph('Give each payment a key of its own and keep it before you send: then a request whose answer got lost can be repeated safely. The same key with an equal request answers the same transaction as it stands now, with `Idempotent-Replayed: true`; with another request it is 409 `idempotency_key_reused`, and nothing is accepted. Keys are those of one client, and are kept as long as the transaction. Without a key every request is a transaction of its own.')}
${shell(ONCE)}`,
  },
  {
    id: 'follow',
    title: 'Follow it',
    html: `${paragraph('Ask for the `id` every few seconds until its status is final: `confirmed`, `reverted`, `cancelled` or `expired`. At `failed` tell an operator; after a retry go on asking. Many at once: the events, below.')}
${shell(FOLLOW)}`,
  },
  {
    id: 'events',
    title: 'Follow them all',
    html: `${paragraph('One call tells of all your transactions: `GET /v1/events` has their events in order, each once. Keep `nextAfter` with what you made of the page, and go on from it, after a restart too; while `more` is true at once, else after a second or two. Without `after` it begins with your first event, at `after=latest` now. `to` is the status that the transaction went to, null where it kept its own; read the transaction where you need the rest.')}
${paragraph('With `Accept: text/event-stream` the same comes by itself, as server-sent events: `data` is one event as in a page, `id` its position. Connect again when the stream ends or breaks, with the last `id` as `Last-Event-ID`, and you miss nothing. A comment line every 15 s shows that it lives; a reader that is too slow is cut off, and resumes in the same way.')}
${shell(EVENTS)}`,
  },
  {
    id: 'statuses',
    title: 'Statuses',
    html: `${paragraph('From `queued` by `signed`, `broadcast` and `included` to an end. More may come: treat one that you do not know as not settled.')}
<div class="card">${table(
      ['Status', 'Means', 'Final?', 'What a client does'],
      Object.entries(STATUS_MEANINGS).map(([status, { meaning, final, whatToDo }]) => [
        `<code>${status}</code>`,
        prose(meaning),
        prose(final),
        prose(whatToDo),
      ]),
    )}</div>`,
  },
  {
    id: 'failures',
    title: 'Why one failed',
    html: `${paragraph('`failure.code` of a `failed` transaction; `failure.message` says what would help.')}
${named(['Code', 'Means'], FAILURE_MEANINGS)}`,
  },
  {
    id: 'failed-ones',
    title: 'Retry or close failed ones',
    html: `${paragraph('For operators. One: retry it, edited or as it is, or close it if nobody will. Many: a bulk retry takes `ids` or the fields of the list as `filter`; what it finds now is frozen, and a job retries each at most once, over stops and crashes. `expectedCount` keeps it from taking another number than you saw. Follow the job by its `id`.')}
${shell(MANY)}`,
  },
  {
    id: 'waits',
    title: 'Why one waits',
    html: `${paragraph('`retry.lastError`: the trouble of the last try. It goes on by itself; `retry.nextAt` says when, where a moment is set.')}
${named(['Value', 'Means'], LAST_ERROR_MEANINGS)}`,
  },
  {
    id: 'node-answers',
    title: 'What a node said',
    html: `${paragraph('`attempts[].error.code`: the answer to one attempt, by its meaning. Nothing is for you to do: the service goes on as this says.')}
<div class="card">${table(
      ['Class', 'The node says', 'Then'],
      Object.entries(NODE_ERROR_MEANINGS).map(([name, { meaning, then }]) => [
        `<code>${name}</code>`,
        prose(meaning),
        prose(then),
      ]),
    )}</div>`,
  },
];
