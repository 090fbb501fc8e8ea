import { expect, it } from 'vitest';
import { ResumeSigner } from '../../../src/application/use-cases/resume-signer.ts';
import type { Address } from '../../../src/domain/primitives.ts';
import { fresh, memory } from '../../support/storage.ts';
import { LANE } from '../../support/stored.ts';

const storage = fresh(memory);
const resume = (address = LANE.address) => {
  const { work, ledger, clock } = storage();
  return new ResumeSigner({ work, ledger, clock }).resume({
    key: { ...LANE, address },
    actor: 'user:somebody',
    reason: 'the backup was the newest one',
  });
};

it('lets a paused signer go on, wakes its lane, and has it on record who did so and why', async () => {
  const { ledger, work, outbox, views, clock } = storage();
  const paused = { reason: 'its nonce count jumped', at: clock.now() };
  await ledger.commit({ step: 'cursor', at: clock.now(), signers: [{ key: LANE, nextNonce: 7, paused }] });
  expect(await resume()).toBe('resumed');
  const [row] = await work.signers(LANE.chainId);
  expect([row?.paused, row?.nextNonce]).toEqual([null, 7]);
  expect((await outbox.take(10)).flatMap(({ wakeUps }) => wakeUps)).toEqual([{ signer: LANE, ids: [] }]);
  const { items } = await views.audit(10, null);
  expect(items).toMatchObject([
    {
      actor: 'user:somebody',
      action: 'resume_signer',
      reason: 'the backup was the newest one',
      detail: { signer: LANE.address, paused: 'its nonce count jumped' },
    },
  ]);
});

it('leaves alone what works, and says what it does not know', async () => {
  const { ledger, clock, views } = storage();
  await ledger.commit({ step: 'chain', at: clock.now(), signers: [{ key: LANE }] });
  expect(await resume()).toBe('notPaused');
  expect(await resume(`0x${'99'.repeat(20)}` as Address)).toBe('notFound');
  expect((await views.audit(10, null)).items).toEqual([]);
});
