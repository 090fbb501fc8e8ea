import type { Answer, ChainNode } from './ports/chain-node.ts';
import type { Clock } from './ports/clock.ts';
import type { Metrics } from './ports/observability.ts';

/** Counts a node's calls by method and outcome; a batch is one call of as many items. */
export function meteredNode(node: ChainNode, metrics: Metrics, clock: Clock): ChainNode {
  const timed = async <Value>(
    method: string,
    call: () => Promise<Value>,
    answers: (value: Value) => readonly Answer<unknown>[],
  ): Promise<Value> => {
    const startedAt = clock.now();
    const value = await call();
    metrics.observe('broadcaster_rpc_seconds', (clock.now() - startedAt) / 1_000, { method });
    const all = answers(value);
    const failed = all.filter((answer) => !answer.ok).length;
    if (all.length > failed)
      metrics.count('broadcaster_rpc_calls_total', all.length - failed, { method, outcome: 'answered' });
    if (failed > 0) metrics.count('broadcaster_rpc_calls_total', failed, { method, outcome: 'error' });
    return value;
  };
  const one = <Value>(method: string, call: () => Promise<Answer<Value>>): Promise<Answer<Value>> =>
    timed(method, call, (answer) => [answer]);
  const many = <Value>(
    method: string,
    call: () => Promise<readonly Answer<Value>[]>,
  ): Promise<readonly Answer<Value>[]> => timed(method, call, (answers) => answers);
  return {
    send: (raw, signal) => many('send', () => node.send(raw, signal)),
    head: () => one('head', () => node.head()),
    block: (which) => one('block', () => node.block(which)),
    around: (cursorNumber) => one('around', () => node.around(cursorNumber)),
    contents: (block) => one('contents', () => node.contents(block)),
    receipts: (hashes) => many('receipts', () => node.receipts(hashes)),
    lookUp: (hashes) => many('lookUp', () => node.lookUp(hashes)),
    signedBytes: (hashes) => many('signedBytes', () => node.signedBytes(hashes)),
    accounts: (addresses, at) => many('accounts', () => node.accounts(addresses, at)),
    hasCode: (addresses) => many('hasCode', () => node.hasCode(addresses)),
    estimate: (calls) => many('estimate', () => node.estimate(calls)),
    feeHistory: () => one('feeHistory', () => node.feeHistory()),
    identity: () => one('identity', () => node.identity()),
  };
}
