// Forked by suites/posts.ts: the load generator in a process of its own, so that its work is no part of what it measures.
import { closedLoop, type LoadOrder, type LoadResult } from '../load/closed-loop.ts';
import { postBytes } from '../load/http-connection.ts';
import { paymentAt, requestOf } from '../load/payments.ts';
import type { Address } from '../../../src/domain/primitives.ts';

export interface PostOrder extends LoadOrder {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signers: readonly Address[];
  readonly payees: readonly Address[];
}

export interface PostResult extends Omit<LoadResult, 'answers'> {
  /** Of every answer; the bare app has one for all. */
  readonly ids: readonly string[];
}

process.once('message', (order: PostOrder) => {
  load(order).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));

async function load(order: PostOrder): Promise<PostResult> {
  const { signers, payees, path, headers } = order;
  const { answers, ...figures } = await closedLoop(order, (n) =>
    postBytes(path, headers, JSON.stringify(requestOf(paymentAt(n, signers, payees), false))),
  );
  const ids = answers.map(({ status, body: text }) => {
    if (status !== 202) throw new Error(`answered ${status}: ${text.slice(0, 500)}`);
    return (JSON.parse(text) as { id: string }).id;
  });
  return { ...figures, ids };
}
