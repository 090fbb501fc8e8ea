import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REQUEST_LOST, type HandedItem } from '../../../src/adapters/outbound/chain/scripted/send-behaviour.ts';
import type { SubmitItem, SubmitOutcome } from '../../../src/application/ports/endpoint-two.ts';
import type { Signer } from '../../../src/application/ports/signer.ts';
import type { Address, ChainId, Hex, TransactionId } from '../../../src/domain/primitives.ts';
import type { UnsignedTransaction } from '../../../src/domain/transaction/attempt.ts';
import { Lifeline } from '../../support/simulation/lifeline.ts';
import { endpointTwo } from '../../support/simulation/parts.ts';
import { Scene } from '../../support/simulation/scene.ts';

const ELSEWHERE = `0x${'e1'.repeat(20)}` as Address;

let scene: Scene;
let id: TransactionId;
/** The stored bytes of `id`, which no node has taken. */
let raw: Hex;

beforeEach(async () => {
  scene = await Scene.begin({ confirmations: 2 });
  id = await scene.submit();
  raw = await bytesOfOneRound();
});
afterEach(() => scene.end());

async function bytesOfOneRound(): Promise<Hex> {
  const handed: HandedItem[] = [];
  scene.node((item) => {
    handed.push(item);
    return REQUEST_LOST;
  });
  await scene.lane();
  scene.node(null);
  const [first] = handed;
  if (first === undefined) throw new Error('nothing was handed to the node');
  return first.raw;
}

async function submit(...items: readonly SubmitItem[]): Promise<readonly SubmitOutcome[]> {
  const [node] = scene.world.nodes;
  if (node === undefined) throw new Error('no node');
  const answer = await endpointTwo(scene.world, new Lifeline(true), node).submit(items);
  scene.check();
  if (answer.kind !== 'answered') throw new Error(answer.message);
  return answer.results;
}

/** The stored bytes with something else in them, signed anew. */
async function forged(changes: Partial<UnsignedTransaction>, signer: Signer | undefined): Promise<Hex> {
  const { codec } = scene.world;
  const [recovered] = await codec.recover([raw]);
  if (recovered?.kind !== 'recovered' || signer === undefined) throw new Error('cannot be forged');
  const unsigned = { ...recovered.unsigned, ...changes };
  const [outcome] = await signer.sign(await codec.digests([unsigned]));
  if (outcome?.kind !== 'signed') throw new Error('not signed');
  const [bytes] = await codec.assemble([unsigned], [outcome.signature]);
  return bytes?.raw as Hex;
}

describe('endpoint 2', () => {
  it('sends the stored bytes', async () => {
    expect(await submit({ transactionId: id, rawTransaction: raw })).toEqual([
      { transactionId: id, outcome: 'accepted' },
    ]);
    expect(scene.status(id)).toBe('broadcast');
  });

  it.each<[string, Partial<UnsignedTransaction>]>([
    ['wrong_chain', { chainId: 1 as ChainId }],
    ['wrong_nonce', { nonce: 1 }],
    ['wrong_field', { to: ELSEWHERE }],
    ['wrong_field', { valueWei: 2n }],
    ['wrong_field', { data: '0x00' }],
    ['wrong_field', { gasLimit: 21_001n }],
    ['not_on_record', { maxFeePerGasWei: 10n ** 11n }],
  ])('refuses as %s what the right key signed otherwise: %o', async (code, changes) => {
    const sent = scene.calls('send');
    const rawTransaction = await forged(changes, scene.world.strangers[0]);
    expect(await submit({ transactionId: id, rawTransaction })).toEqual([
      { transactionId: id, outcome: 'refused', code },
    ]);
    expect(scene.calls('send')).toBe(sent);
    expect(scene.status(id)).toBe('signed');
  });

  it('refuses what another key signed, what is no transaction, and what it does not know', async () => {
    const sent = scene.calls('send');
    const other = await forged({}, scene.world.strangers[1]);
    const unknown = '0197a000-0000-7000-8000-00000000ffff' as TransactionId;
    const results = await submit(
      { transactionId: id, rawTransaction: other },
      { transactionId: id, rawTransaction: '0x02c0' },
      { transactionId: unknown, rawTransaction: raw },
    );
    expect(results.map((result) => result.outcome === 'refused' && result.code)).toEqual([
      'wrong_signer',
      'malformed',
      'not_found',
    ]);
    expect(scene.calls('send')).toBe(sent);
  });

  it('refuses the bytes of one transaction under the name of another', async () => {
    const other = await scene.submit({ valueWei: 9n });
    await bytesOfOneRound();
    const [result] = await submit({ transactionId: other, rawTransaction: raw });
    expect(result).toMatchObject({ outcome: 'refused' });
  });

  it('sends once what stands in a request twice', async () => {
    const twice = { transactionId: id, rawTransaction: raw };
    const sent = scene.calls('send');
    expect((await submit(twice, twice)).map(({ outcome }) => outcome)).toEqual(['accepted', 'pending']);
    expect(scene.world.nodes[0]?.calls.filter(({ method }) => method === 'send').slice(sent)).toEqual([
      { method: 'send', items: 1 },
    ]);
  });

  it('refuses bytes of a transaction that is queued again', async () => {
    scene.node({ takes: false, answers: { code: -32000, message: 'insufficient funds for gas * price + value' } });
    scene.passes(240_000);
    await scene.lane();
    expect(scene.status(id)).toBe('queued');
    expect(await submit({ transactionId: id, rawTransaction: raw })).toMatchObject([{ outcome: 'refused' }]);
  });

  it('keeps the bytes of a paused signer back', async () => {
    await scene.pause();
    const sent = scene.calls('send');
    expect(await submit({ transactionId: id, rawTransaction: raw })).toEqual([
      { transactionId: id, outcome: 'pending' },
    ]);
    expect(scene.calls('send')).toBe(sent);
  });

  it('says of what is mined that it is accepted, and sends nothing', async () => {
    await submit({ transactionId: id, rawTransaction: raw });
    await scene.mine();
    expect(scene.status(id)).toBe('included');
    const sent = scene.calls('send');
    expect(await submit({ transactionId: id, rawTransaction: raw })).toMatchObject([{ outcome: 'accepted' }]);
    expect(scene.calls('send')).toBe(sent);
  });
});
