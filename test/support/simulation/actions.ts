import fc from 'fast-check';
import type { Method } from '../../../src/adapters/outbound/chain/scripted/script.ts';
import type { Fault } from './lifeline.ts';
import { CALM, FAILING, FOR_FEES, SENDING, type Weather } from './weather.ts';

export interface Wanted {
  readonly payee: number;
  readonly valueWei: number;
  readonly signer: 0 | 1 | null;
  readonly key: number | null;
  readonly gas: 'given' | 'asked' | 'tooMuch';
  readonly cap: 'none' | 'tight' | 'belowBase';
  readonly call: boolean;
  readonly validForMs: number | null;
}

/** Whose call may be cut short. */
interface ByProcess {
  readonly slot: 0 | 1;
  readonly fault: Fault | null;
}

export type Action =
  | ({ readonly type: 'submit'; readonly items: readonly Wanted[] } & ByProcess)
  | ({ readonly type: 'relay' } & ByProcess)
  | ({ readonly type: 'deliver'; readonly choice: number; readonly fate: 'handled' | 'again' | 'dropped' } & ByProcess)
  | ({ readonly type: 'lane'; readonly signer: 0 | 1 } & ByProcess)
  | ({ readonly type: 'track'; readonly turns: number } & ByProcess)
  | ({ readonly type: 'sweep' } & ByProcess)
  | ({
      readonly type: 'retry';
      readonly choice: number;
      readonly edit: 'none' | 'value' | 'validUntil' | 'fees';
    } & ByProcess)
  | ({ readonly type: 'cancel'; readonly choice: number } & ByProcess)
  | ({ readonly type: 'resume' } & ByProcess)
  | { readonly type: 'kill'; readonly slot: 0 | 1 }
  | { readonly type: 'orphan'; readonly slot: 0 | 1 }
  | { readonly type: 'weather'; readonly slot: 0 | 1; readonly weather: Weather }
  | { readonly type: 'signing'; readonly signer: 0 | 1; readonly answer: 'throttled' | 'unavailable' | 'unusable' }
  | { readonly type: 'mineNext' }
  | { readonly type: 'mineNone'; readonly blocks: number }
  | { readonly type: 'mineAny'; readonly appetite: number }
  | { readonly type: 'foreign'; readonly signer: 0 | 1; readonly count: number; readonly mined: boolean }
  | {
      readonly type: 'reorg';
      readonly depth: number;
      readonly backToMempool: boolean;
      /** Blocks of the other branch, and how much of all bytes they take. */
      readonly regrow: number;
      readonly appetite: number;
    }
  /** A while in which everything runs as it should: lanes, a block, the tracker. */
  | { readonly type: 'serve'; readonly slot: 0 | 1; readonly mined: 'next' | 'any' | 'nothing' }
  | { readonly type: 'evict'; readonly choice: number }
  | { readonly type: 'clock'; readonly ms: number }
  | { readonly type: 'fund'; readonly signer: 0 | 1; readonly money: 'rich' | 'poor' | 'none' }
  | { readonly type: 'contract'; readonly reverts: boolean }
  | { readonly type: 'baseFee'; readonly gwei: number }
  | { readonly type: 'wipeQueue' };

const bit = fc.constantFrom<0 | 1>(0, 1);
const choice = fc.nat(999);
/** Where dying and standing still matters most. */
const BOUNDARIES = [
  'ledger.commit',
  'ledger.commit',
  'node.send',
  'node.lookUp',
  'node.around',
  'signer.sign',
  'endpointTwo.submit',
  'work.transactions',
  'work.liveAttempts',
];
const fault: fc.Arbitrary<Fault | null> = fc.oneof(
  { weight: 7, arbitrary: fc.constant(null) },
  {
    weight: 3,
    arbitrary: fc.record({
      at: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 }), fc.constantFrom(...BOUNDARIES)),
      kind: fc.constantFrom('killBefore', 'killAfter', 'stallBefore', 'stallAfter', 'orphan', 'orphan'),
    }),
  },
);
const process = { slot: bit, fault };

const wanted: fc.Arbitrary<Wanted> = fc.record({
  payee: fc.nat(1),
  valueWei: fc.constantFrom(1, 1, 1, 2),
  signer: fc.constantFrom(0, 0, 1, null),
  key: fc.constantFrom(null, null, null, null, null, 0, 1, 2, 3, 4),
  gas: fc.constantFrom('given', 'given', 'given', 'asked', 'asked', 'asked', 'asked', 'tooMuch'),
  cap: fc.constantFrom('none', 'none', 'none', 'none', 'none', 'tight', 'tight', 'tight', 'belowBase'),
  call: fc.constantFrom(false, false, true),
  validForMs: fc.constantFrom(null, null, null, null, null, null, null, null, null, -1, 6_000, 60_000, 60_000),
});

const badWeather: fc.Arbitrary<Weather> = fc.record({
  sending: fc.array(fc.oneof(fc.nat(SENDING.length - 1), fc.constantFrom(...FOR_FEES)), { minLength: 1, maxLength: 3 }),
  failing: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Method[]>([]) },
    { weight: 1, arbitrary: fc.subarray([...FAILING], { maxLength: 3 }) },
  ),
  shows: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(6) }),
  lie: fc.constantFrom(
    'none',
    'none',
    'none',
    'unknownHashes',
    'noReceipts',
    'wrongChain',
    'revertingEstimate',
    'highCounts',
    'oldCounts',
  ),
  latencyMs: fc.constantFrom(0, 0, 0, 40, 6_000),
});

const weather = fc.oneof({ weight: 1, arbitrary: badWeather }, { weight: 1, arbitrary: fc.constant(CALM) });

type Weighted = { readonly weight: number; readonly arbitrary: fc.Arbitrary<Action> };

const of = <Type extends Action['type']>(
  weight: number,
  type: Type,
  fields: {
    [Key in keyof Omit<Extract<Action, { type: Type }>, 'type'>]: fc.Arbitrary<Extract<Action, { type: Type }>[Key]>;
  },
): Weighted => ({
  weight,
  arbitrary: fc.record({ type: fc.constant(type), ...fields } as never) as fc.Arbitrary<Action>,
});

export const anyAction: fc.Arbitrary<Action> = fc.oneof(
  of(12, 'submit', { ...process, items: fc.array(wanted, { minLength: 1, maxLength: 5 }) }),
  of(4, 'relay', process),
  of(8, 'deliver', { ...process, choice, fate: fc.constantFrom('handled', 'handled', 'handled', 'again', 'dropped') }),
  of(16, 'lane', { ...process, signer: bit }),
  of(24, 'track', { ...process, turns: fc.integer({ min: 1, max: 6 }) }),
  of(3, 'sweep', process),
  of(7, 'retry', { ...process, choice, edit: fc.constantFrom('none', 'value', 'validUntil', 'fees') }),
  of(4, 'cancel', { ...process, choice }),
  of(16, 'resume', process),
  of(1, 'kill', { slot: bit }),
  of(6, 'orphan', { slot: bit }),
  of(8, 'weather', { slot: bit, weather }),
  of(2, 'signing', { signer: bit, answer: fc.constantFrom('throttled', 'unavailable', 'unusable') }),
  of(8, 'mineNext', {}),
  of(1, 'mineNone', { blocks: fc.constantFrom(1, 2, 3, 140) }),
  of(16, 'mineAny', { appetite: fc.constantFrom(0.5, 0.8, 0.95) }),
  of(4, 'foreign', { signer: bit, count: fc.constantFrom(1, 1, 2, 6), mined: fc.boolean() }),
  of(10, 'reorg', {
    depth: fc.integer({ min: 1, max: 4 }),
    backToMempool: fc.boolean(),
    regrow: fc.nat(5),
    appetite: fc.constantFrom(0, 0.5, 0.9),
  }),
  of(18, 'serve', { slot: bit, mined: fc.constantFrom('next', 'next', 'any', 'nothing') }),
  of(2, 'evict', { choice }),
  of(8, 'clock', { ms: fc.constantFrom(100, 1_000, 5_000, 16_000, 36_000, 60_000, 240_000) }),
  of(3, 'fund', { signer: bit, money: fc.constantFrom('rich', 'poor', 'none') }),
  of(2, 'contract', { reverts: fc.boolean() }),
  of(7, 'baseFee', { gwei: fc.constantFrom(0.4, 0.4, 1, 1, 5, 40) }),
  of(1, 'wipeQueue', {}),
);
