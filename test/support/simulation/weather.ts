import type { ScriptedNode } from '../../../src/adapters/outbound/chain/scripted.ts';
import { failing, type Method } from '../../../src/adapters/outbound/chain/scripted/script.ts';
import {
  ACCEPTED_AND_DROPPED,
  ALREADY_KNOWN_LIE,
  ANSWER_LOST,
  HONEST,
  refusing,
  REQUEST_LOST,
  TIMED_OUT,
  type SendBehaviour,
} from '../../../src/adapters/outbound/chain/scripted/send-behaviour.ts';
import type { NodeError } from '../../../src/domain/node-answer/classify.ts';
import type { BlockHash } from '../../../src/domain/primitives.ts';

const says = (message: string): NodeError => ({ code: -32000, message });

/** What a node may do with bytes, and say of them: two things. */
export const SENDING: readonly SendBehaviour[] = [
  HONEST,
  ANSWER_LOST,
  REQUEST_LOST,
  ACCEPTED_AND_DROPPED,
  ALREADY_KNOWN_LIE,
  refusing(says('nonce too low')),
  refusing(says('nonce too low'), { takes: true }),
  refusing(says('nonce too high')),
  refusing(says('insufficient funds for gas * price + value')),
  refusing(says('insufficient funds for gas * price + value'), { takes: true }),
  refusing(says('transaction underpriced')),
  refusing(says('max fee per gas less than block base fee')),
  refusing(says('replacement transaction underpriced')),
  refusing(says('replacement transaction underpriced'), { takes: true }),
  refusing({ httpStatus: 429, message: 'too many requests', retryAfterMs: 7_000 }),
  refusing(says('txpool is full')),
  refusing(says('Internal error')),
  refusing(says('intrinsic gas too low: gas 21000, minimum needed 21064')),
  refusing(says('intrinsic gas too low: gas 21000, minimum needed 21064'), { takes: true }),
  refusing(says('tx fee (1.00 ether) exceeds the configured cap (0.50 ether)')),
];

/** Of these, what is about fees, after which bytes are made anew at the same nonce. */
export const FOR_FEES = [10, 11, 12, 13];

/** Calls that a node may fail to answer. */
export const FAILING: readonly Method[] = [
  'accounts',
  'feeHistory',
  'receipts',
  'lookUp',
  'estimate',
  'hasCode',
  'identity',
  'around',
  'head',
  'block',
  'contents',
];

export interface Weather {
  /** Of `SENDING`, in turn. */
  readonly sending: readonly number[];
  readonly failing: readonly Method[];
  /** Blocks ever made to go back to: the node shows that one as its newest. Null: the newest there is. */
  readonly shows: number | null;
  readonly lie:
    'none' | 'unknownHashes' | 'noReceipts' | 'wrongChain' | 'revertingEstimate' | 'highCounts' | 'oldCounts';
  readonly latencyMs: number;
}

/** Nonce counts at blocks that are not final yet; a node that is wrong about what is final for ever cannot be told from one that is right. */
export function wrongCount(lie: Weather['lie'], nonce: number): number {
  if (lie === 'highCounts') return nonce + 2;
  return lie === 'oldCounts' ? Math.max(nonce - 2, 0) : nonce;
}

export const CALM: Weather = { sending: [0], failing: [], shows: null, lie: 'none', latencyMs: 0 };

export function setWeather(node: ScriptedNode, weather: Weather, shown: BlockHash | null): void {
  let turn = 0;
  node.behave(() => SENDING[weather.sending[turn++ % weather.sending.length] ?? 0] ?? HONEST);
  for (const method of FAILING) node.script.always(method, null);
  const { lie } = weather;
  if (lie === 'unknownHashes')
    node.script.always('lookUp', (answers) => answers.map(() => ({ ok: true, value: 'unknown' })));
  if (lie === 'noReceipts') node.script.always('receipts', (answers) => answers.map(() => ({ ok: true, value: null })));
  if (lie === 'revertingEstimate')
    node.script.always('estimate', failing({ code: 3, message: 'execution reverted', data: '0x' }));
  if (lie === 'wrongChain')
    node.script.always('identity', (answer) =>
      answer.ok ? { ok: true, value: { ...answer.value, genesisHash: `0x${'66'.repeat(32)}` as BlockHash } } : answer,
    );
  for (const method of weather.failing) node.script.always(method, failing(TIMED_OUT));
  node.show(shown);
}
