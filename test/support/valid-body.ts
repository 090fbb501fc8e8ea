import type { Route } from '../../src/adapters/inbound/http/route.ts';
import { PASSWORD } from './http-app.ts';

/** An id in the right form that no transaction has. */
export const UNKNOWN_ID = '00000000-0000-7000-8000-0000000000ff';

/** Every field that a request may have, and one that is an operator's edit. */
const REQUEST = {
  to: `0x${'1'.repeat(40)}`,
  value: '1',
  data: '0xabcd',
  gasLimit: '100000',
  maxFeePerGas: '2000000000',
  maxPriorityFeePerGas: '1000000000',
  validUntil: '2999-01-01T00:00:00.000Z',
};
const SUBMISSION = { ...REQUEST, chainId: 31337, metadata: { order: { number: 4711 } } };

/** By the name of the call, where its example would not do, or does not name every field. */
const BODIES: Readonly<Record<string, unknown>> = {
  submitTransaction: SUBMISSION,
  submitBatch: { transactions: [{ ...SUBMISSION, idempotencyKey: 'order-4711' }] },
  retryTransaction: { reason: 'the cap was too low', changes: REQUEST },
  signIn: { username: 'admin', password: PASSWORD },
  submitSignedTransactions: { items: [{ transactionId: UNKNOWN_ID, rawTransaction: '0x02' }] },
};

/** A body that the call takes; '' for one that takes none. */
export const validBody = ({ name, body }: Route): string =>
  body ? JSON.stringify(BODIES[name] ?? body.example ?? {}) : '';
