import fc from 'fast-check';
import type { Method } from '../../../src/adapters/outbound/chain/scripted/script.ts';
import type { Fault } from './lifeline.ts';
import { FAILING, SENDING, type Weather } from './weather.ts';

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
  | { readonly type: 'reorg'; readonly depth: number; readonly backToMempool: boolean; readonly regrow: number }
  | { readonly type: 'evict'; readonly choice: number }
  | { readonly type: 'clock'; readonly ms: number }
  | { readonly type: 'fund'; readonly signer: 0 | 1; readonly money: 'rich' | 'poor' | 'none' }
  | { readonly type: 'contract'; readonly reverts: boolean }
  | { readonly type: 'baseFee'; readonly gwei: number }
  | { readonly type: 'wipeQueue' };

const bit = fc.constantFrom<0 | 1>(0, 1);
const choice = fc.nat(999);
const fault: fc.Arbitrary<Fault | null> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(null) },
  {
    weight: 4,
    arbitrary: fc.record({
      at: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 })),
      kind: fc.constantFrom('killBefore', 'killAfter', 'stallBefore', 'stallAfter', 'orphan'),
    }),
  },
);
const process = { slot: bit, fault };

const wanted: fc.Arbitrary<Wanted> = fc.record({
  payee: fc.nat(1),
  valueWei: fc.constantFrom(1, 1, 1, 2),
  signer: fc.constantFrom(0, 0, 1, null),
  key: fc.constantFrom(null, null, null, 0, 1, 2),
  gas: fc.constantFrom('given', 'given', 'asked', 'tooMuch'),
  cap: fc.constantFrom('none', 'none', 'tight', 'belowBase'),
  call: fc.boolean(),
  validForMs: fc.constantFrom(null, null, null, null, null, null, -1, 6_000, 60_000),
});

const weather: fc.Arbitrary<Weather> = fc.record({
  sending: fc.array(fc.nat(SENDING.length - 1), { minLength: 1, maxLength: 3 }),
  failing: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Method[]>([]) },
    { weight: 2, arbitrary: fc.subarray([...FAILING], { maxLength: 3 }) },
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
  of(11, 'submit', { ...process, items: fc.array(wanted, { minLength: 1, maxLength: 5 }) }),
  of(5, 'relay', process),
  of(10, 'deliver', { ...process, choice, fate: fc.constantFrom('handled', 'handled', 'handled', 'again', 'dropped') }),
  of(12, 'lane', { ...process, signer: bit }),
  of(16, 'track', { ...process, turns: fc.integer({ min: 1, max: 6 }) }),
  of(4, 'sweep', process),
  of(5, 'retry', { ...process, choice, edit: fc.constantFrom('none', 'value', 'validUntil', 'fees') }),
  of(4, 'cancel', { ...process, choice }),
  of(5, 'resume', process),
  of(1, 'kill', { slot: bit }),
  of(3, 'orphan', { slot: bit }),
  of(6, 'weather', { slot: bit, weather }),
  of(2, 'signing', { signer: bit, answer: fc.constantFrom('throttled', 'unavailable', 'unusable') }),
  of(7, 'mineNext', {}),
  of(1, 'mineNone', { blocks: fc.constantFrom(1, 2, 3, 140) }),
  of(8, 'mineAny', { appetite: fc.constantFrom(0.5, 0.8, 0.95) }),
  of(3, 'foreign', { signer: bit, count: fc.constantFrom(1, 1, 2, 6), mined: fc.boolean() }),
  of(3, 'reorg', {
    depth: fc.integer({ min: 1, max: 2 }),
    backToMempool: fc.boolean(),
    regrow: fc.nat(3),
  }),
  of(2, 'evict', { choice }),
  of(10, 'clock', { ms: fc.constantFrom(100, 1_000, 5_000, 16_000, 36_000, 60_000, 240_000) }),
  of(3, 'fund', { signer: bit, money: fc.constantFrom('rich', 'poor', 'none') }),
  of(2, 'contract', { reverts: fc.boolean() }),
  of(2, 'baseFee', { gwei: fc.constantFrom(1, 1, 5, 40) }),
  of(1, 'wipeQueue', {}),
);
