// Sends one payment and follows it to its end. Node 20 or newer and a loader of TypeScript (tsx), nothing else.
//   URL=http://127.0.0.1:3000 KEY=tb_… npx tsx client.ts ORDER TO WEI
// ORDER names the payment: run again with the same one, it is still made once. Prints "ID STATUS".
import { setTimeout as sleep } from 'node:timers/promises';

const { URL: origin = 'http://127.0.0.1:3000', KEY = '' } = process.env;
const setting = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
/** The first wait is anything up to this, each later one up to twice the one before. */
const BASE_MS = setting('BASE_MS', 500);
const CAP_MS = setting('CAP_MS', 30_000);
const MOST_TRIES = setting('MOST_TRIES', 10);
/** A gateway cuts at 30 s: what took longer has to be asked again anyway. */
const TIMEOUT_MS = 1_000 * setting('TIMEOUT_S', 30);
const POLL_MS = 1_000 * setting('POLL_S', 2);

interface Transaction {
  readonly id: string;
  readonly status: string;
  /** Nothing signed so far can be mined any more. */
  readonly settled: boolean;
  readonly failure: { readonly code: string; readonly message: string } | null;
}

/** A request that must not be sent again as it is. */
class Refused extends Error {}

const isWorthAnotherTry = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** Full jitter, on top of what Retry-After asks for. */
const waitMs = (tries: number, retryAfterSeconds: number): number =>
  retryAfterSeconds * 1_000 + Math.random() * Math.min(CAP_MS, BASE_MS * 2 ** tries);

/** Time-outs, broken connections, 408, 429 and any 5xx are tried again; no other 4xx is. */
async function call(path: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  for (let tries = 1; ; tries++) {
    let trouble: string;
    let retryAfterSeconds = 0;
    try {
      const response = await fetch(origin + path, {
        ...init,
        headers: { authorization: `Bearer ${KEY}`, ...init.headers },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      if (response.ok) return JSON.parse(text) as Transaction;
      if (!isWorthAnotherTry(response.status)) throw new Refused(`${response.status} ${text}`);
      trouble = `${response.status} ${text}`;
      retryAfterSeconds = Number(response.headers.get('retry-after') ?? 0) || 0;
    } catch (error) {
      if (error instanceof Refused) throw error;
      // No answer, or half of one: whether it arrived is not known, and the key makes that harmless.
      trouble = String(error);
    }
    if (tries >= MOST_TRIES) throw new Error(`gave up after ${tries} tries: ${trouble}`);
    await sleep(waitMs(tries, retryAfterSeconds));
  }
}

/** The same `order` with the same payment is the same transaction, however often this is called. */
const submit = (order: string, payment: { to: string; value: string }) =>
  call('/v1/transactions', {
    method: 'POST',
    headers: { 'idempotency-key': order, 'content-type': 'application/json' },
    body: JSON.stringify(payment),
  });

/** At `failed` an operator has to look: until one did, it is neither paid nor may it be paid in another way. */
const ENDS = ['confirmed', 'reverted', 'cancelled', 'expired', 'failed'];

async function follow(id: string): Promise<Transaction> {
  for (;;) {
    const transaction = await call(`/v1/transactions/${id}`);
    if (ENDS.includes(transaction.status)) return transaction;
    await sleep(POLL_MS);
  }
}

const [order = '', to = '', value = ''] = process.argv.slice(2);
const { id } = await submit(order, { to, value });
const { status, failure } = await follow(id);
console.log(`${id} ${status}`);
if (failure) console.error(failure.message);
process.exitCode = status === 'confirmed' ? 0 : 1;
