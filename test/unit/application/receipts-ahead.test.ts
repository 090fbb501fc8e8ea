import { describe, expect, it } from 'vitest';
import type { Answer, Receipt } from '../../../src/application/ports/chain-node.ts';
import { ReceiptsAhead } from '../../../src/application/use-cases/track/receipts-ahead.ts';
import type { TrackParts } from '../../../src/application/use-cases/track/track-parts.ts';
import type { BlockHash, BlockRef, TxHash } from '../../../src/domain/primitives.ts';
import type { Inclusion } from '../../../src/domain/transaction/transaction.ts';

const hash = (text: string) => `0x${text.repeat(32)}`;
const block = (number: number, of = 'b1'): BlockRef => ({ number, hash: hash(of) as BlockHash });
const included = (at: BlockRef, of: string): Inclusion => ({
  block: at,
  hash: hash(of) as TxHash,
  kind: 'original',
  revision: 0,
});

/** A node that says of every hash that it succeeded in `at`, and how often it was asked for how many. */
function node(at: BlockRef) {
  const asked: number[] = [];
  const receipts = async (hashes: readonly TxHash[]): Promise<readonly Answer<Receipt | null>[]> => {
    asked.push(hashes.length);
    return hashes.map((one) => ({ ok: true, value: { hash: one, block: at, succeeded: true, feeWei: 1n } }));
  };
  return { asked, parts: { confirmations: 2, node: { receipts } } as unknown as TrackParts };
}

describe('receipts that are asked for ahead', () => {
  it('are asked for once, and given for what they were asked for', async () => {
    const { asked, parts } = node(block(7));
    const receipts = new ReceiptsAhead(parts);
    const [one, two] = [included(block(7), '01'), included(block(7), '02')];
    receipts.note(block(7), [one, two]);
    receipts.ask(7);
    receipts.ask(7);
    expect(await receipts.of([two, one])).toMatchObject([{ succeeded: true }, { succeeded: true }]);
    expect(asked).toEqual([2]);
  });

  it('count for nothing where the block was replaced: what stands there now is asked for', async () => {
    const { asked, parts } = node(block(7, 'b2'));
    const receipts = new ReceiptsAhead(parts);
    receipts.note(block(7, 'b1'), [included(block(7, 'b1'), '01')]);
    receipts.ask(7);
    expect(await receipts.of([included(block(7, 'b2'), '01')])).toMatchObject([{ succeeded: true }]);
    expect(asked).toEqual([1, 1]);
  });

  it('of another block than they were asked for are asked for again, and are none if that does not help', async () => {
    const { asked, parts } = node(block(7, 'b2'));
    const receipts = new ReceiptsAhead(parts);
    receipts.note(block(7), [included(block(7), '01')]);
    receipts.ask(7);
    expect(await receipts.of([included(block(7), '01')])).toEqual([null]);
    expect(asked).toEqual([1, 1]);
  });

  it('are asked for again where the question failed, as often as it does', async () => {
    const { asked, parts } = node(block(7));
    let failing = 2;
    const receipts = new ReceiptsAhead({
      ...parts,
      node: {
        ...parts.node,
        receipts: async (hashes) => {
          if (failing-- > 0) throw new Error('no words for this');
          return parts.node.receipts(hashes);
        },
      },
    });
    receipts.note(block(7), [included(block(7), '01')]);
    receipts.ask(7);
    await expect(receipts.of([included(block(7), '01')])).rejects.toThrow('no words for this');
    expect(await receipts.of([included(block(7), '01')])).toMatchObject([{ succeeded: true }]);
    expect(asked).toEqual([1]);
  });

  it('are forgotten when their block is final', async () => {
    const { asked, parts } = node(block(7));
    const receipts = new ReceiptsAhead(parts);
    receipts.note(block(7), [included(block(7), '01')]);
    receipts.ask(7);
    receipts.note(block(8), []);
    receipts.note(block(9), []);
    await receipts.of([included(block(7), '01')]);
    expect(asked).toEqual([1, 1]);
  });
});
