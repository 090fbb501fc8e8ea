import { setTimeout as delay } from 'node:timers/promises';
import type { Address } from '../../../../src/domain/primitives.ts';
import type { Life, Scenario, Stage } from '../scenario.ts';

/** What geth answers to a sender who cannot pay. */
const NO_FUNDS = { code: -32000, message: 'insufficient funds for gas * price + value: balance 0' } as const;
const REFUSED_FOR_MS = 500;
const BETWEEN_MS = 700;

/**
 * One transaction's bytes are refused for a while: it gives its nonce back, and higher ones are signed by then. Every other time the node
 * has them all the same, and may mine them in the place of whatever fills the hole.
 */
export const hole: Scenario = {
  proxied: true,
  act: async (stage, life) => {
    for (let i = 0; !life.over.aborted; i++) {
      await dig(stage, life, stage.chain.signers[i % stage.chain.signers.length] as Address);
      await delay(BETWEEN_MS, undefined, { signal: life.over }).catch(() => undefined);
    }
  },
};

async function dig({ client, wishes, random, proxy }: Stage, { origin }: Life, signer: Address): Promise<void> {
  const low = wishes.payment(signer);
  const delivered = random.next() < 0.5;
  let until = Infinity;
  proxy?.rule(({ method, params }) => {
    // The payee stands in the bytes as it is.
    const isLow = method === 'eth_sendRawTransaction' && String(params[0]).includes(low.payee.slice(2));
    if (!isLow || Date.now() > until) return 'pass';
    until = Math.min(until, Date.now() + REFUSED_FOR_MS);
    return { ...NO_FUNDS, delivered };
  });
  client.want([low, wishes.payment(signer), wishes.payment(signer)]);
  await client.send(origin, true);
}
