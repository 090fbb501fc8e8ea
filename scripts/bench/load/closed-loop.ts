import { quantile } from '../statistics.ts';
import { HttpConnection, type HttpAnswer } from './http-connection.ts';

export interface LoadOrder {
  readonly port: number;
  readonly connections: number;
  /** Not measured: code that runs for the first time is slow on either side. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requests: number;
  /** Of the warm-up as well. */
  readonly answers: readonly HttpAnswer[];
}

/** Each connection sends its next request when it has the answer to the last one. `request` gives the bytes of the n-th. */
export async function closedLoop(
  { port, connections, warmUpMs, measureMs }: LoadOrder,
  request: (n: number) => string,
): Promise<LoadResult> {
  const open = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(port)));
  const [tookMs, answers]: [number[], HttpAnswer[]] = [[], []];
  const measureFrom = performance.now() + warmUpMs;
  const until = measureFrom + measureMs;
  let next = 0;
  const sendOnAndOn = async (connection: HttpConnection): Promise<void> => {
    for (let at = performance.now(); at < until;) {
      const begun = at;
      const answer = await connection.send(request(next++));
      at = performance.now();
      answers.push(answer);
      // Answered in the time that counts: what is begun in it and ends after it is in neither the count nor the time.
      if (at >= measureFrom && at < until) tookMs.push(at - begun);
    }
  };
  try {
    await Promise.all(open.map(sendOnAndOn));
  } finally {
    for (const connection of open) connection.close();
  }
  return {
    perSecond: tookMs.length / (measureMs / 1_000),
    p50Ms: quantile(tookMs, 0.5),
    p99Ms: quantile(tookMs, 0.99),
    requests: tookMs.length,
    answers,
  };
}
