import { describe, expect, it } from 'vitest';
import type { EndpointTwo, SubmitItem, SubmitOutcome } from '../../../src/application/ports/endpoint-two.ts';
import type { ValidateAndBroadcast } from '../../../src/application/use-cases/inbound.ts';
import type { HolderId } from '../../../src/domain/primitives.ts';

export const item = (number: number, bytes = 110): SubmitItem => ({
  transactionId: `0198f0a0-0000-7000-8000-${String(number).padStart(12, '0')}` as HolderId,
  rawTransaction: `0x${'f8'.repeat(bytes)}`,
});
export const items = (count: number): readonly SubmitItem[] =>
  Array.from({ length: count }, (_, number) => item(number));

/** The other side, playing by its rules: accepts, leaves pending and refuses in turn, and remembers what it was handed. */
export class TurningEndpointTwo implements ValidateAndBroadcast {
  readonly calls: (readonly SubmitItem[])[] = [];
  failure: Error | null = null;

  async submit(submitted: readonly SubmitItem[]): Promise<readonly SubmitOutcome[]> {
    if (this.failure) throw this.failure;
    this.calls.push(submitted);
    return submitted.map(({ transactionId }): SubmitOutcome => {
      const turn = Number(transactionId.slice(-12)) % 3;
      if (turn === 2) return { transactionId, outcome: 'refused', code: 'nonce_not_held' };
      return { transactionId, outcome: turn === 0 ? 'accepted' : 'pending' };
    });
  }
}

/** What every EndpointTwo does in front of such a side. */
export function endpointTwoSuite(create: () => Promise<{ endpointTwo: EndpointTwo; side: TurningEndpointTwo }>): void {
  describe('as endpoint 2', () => {
    it('hands over the items as they are and gives each its outcome, in order', async () => {
      const { endpointTwo, side } = await create();
      const answer = await endpointTwo.submit(items(6));
      expect(answer).toEqual({ kind: 'answered', results: await new TurningEndpointTwo().submit(items(6)) });
      expect(side.calls).toEqual([items(6)]);
    });

    it('asks nobody about nothing', async () => {
      const { endpointTwo, side } = await create();
      expect(await endpointTwo.submit([])).toEqual({ kind: 'answered', results: [] });
      expect(side.calls).toEqual([]);
    });

    it('answers more than one request holds, in order', async () => {
      const { endpointTwo, side } = await create();
      const answer = await endpointTwo.submit(items(1_234));
      expect(answer).toEqual({ kind: 'answered', results: await new TurningEndpointTwo().submit(items(1_234)) });
      expect(side.calls.flat()).toEqual(items(1_234));
    });

    it('is not reached where the other side breaks, and says so without its words', async () => {
      const { endpointTwo, side } = await create();
      side.failure = new Error('mysql://user:password@database');
      const answer = await endpointTwo.submit(items(2));
      expect(answer).toEqual({ kind: 'notReached', message: expect.stringMatching(/^endpoint 2 /) as string });
      expect(JSON.stringify(answer)).not.toContain('password');
    });

    it('is reached again once the other side works', async () => {
      const { endpointTwo, side } = await create();
      side.failure = new Error('away');
      await endpointTwo.submit(items(1));
      side.failure = null;
      expect(await endpointTwo.submit(items(1))).toMatchObject({ kind: 'answered' });
    });
  });
}
