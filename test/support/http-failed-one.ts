import request from 'supertest';
import type { TxHash } from '../../src/domain/primitives.ts';
import { asClient, type FakeApp } from './http-app.ts';

const TO = '0x70997970c51812dc3a010c7d01b50e0d17dc79c8';
const HASH = `0x${'ab'.repeat(32)}` as TxHash;

/** One that failed after a node had refused its bytes. */
export async function failedOne({ app, record, clock }: FakeApp): Promise<string> {
  const { id } = (await request(app).post('/v1/transactions').set(asClient).send({ to: TO, data: '0xa9059cbb00' }))
    .body as { id: string };
  const now = clock.now();
  Object.assign(record.rows.get(id) ?? {}, {
    status: 'failed',
    version: 4,
    hash: HASH,
    nonce: 7,
    failure: { code: 'node_rejected', message: 'A node refused it.', nodeMessage: 'secret words' },
    closed: { at: now, by: 'user:x', reason: 'y' },
    block: { number: 12, hash: HASH },
    attempts: [
      {
        kind: 'original',
        revision: 0,
        hash: HASH,
        nonce: 7,
        maxFeePerGasWei: 5n,
        maxPriorityFeePerGasWei: 1n,
        signedAt: now,
        publishedAt: null,
        outcome: 'live',
        error: { class: 'invalid', message: 'secret words' },
      },
    ],
    events: [
      {
        id: '9',
        at: now,
        type: 'Failed',
        from: 'signed',
        to: 'failed',
        actor: 'system',
        detail: { code: 'node_rejected', nodeMessage: 'secret words' },
      },
    ],
  });
  return id;
}
