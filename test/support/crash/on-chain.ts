import type { Listed } from './client.ts';
import type { ChainPosition, MinedTransaction } from './crash-chain.ts';
import type { Operator } from './operator.ts';
import type { Stage } from './scenario.ts';
import { insist } from './violation.ts';
import type { Wish } from './wish.ts';

type SignerView = Awaited<ReturnType<Operator['signers']>>[number];

/** The chain has each wish exactly once and nothing else, and the API tells of it as it is. */
export async function expectOnChain(
  { chain, client }: Pick<Stage, 'chain' | 'client'>,
  before: ChainPosition,
  listed: readonly Listed[],
  signers: readonly SignerView[],
): Promise<void> {
  const mined = (await chain.minedAfter(before.block)).filter(({ from }) => isSigner(from));
  const balances = await chain.batch<string>(client.wishes.map(({ payee }) => ['eth_getBalance', payee, 'latest']));
  const byKey = new Map(listed.map((one) => [one.idempotencyKey, one]));
  insist(
    byKey.size === listed.length && listed.length === client.wishes.length,
    'doubled',
    `${client.wishes.length} keys, ${listed.length} transactions on record`,
  );
  client.wishes.forEach((wish, i) => {
    const balance = BigInt(balances[i] as string);
    insist(
      balance >= wish.paidWei,
      'lost',
      `${wish.payee} has ${balance}, not ${wish.paidWei}: ${JSON.stringify(byKey.get(wish.key))}`,
    );
    insist(
      balance === wish.paidWei,
      'doubled',
      `${wish.payee} has ${balance}, not ${wish.paidWei}: ${JSON.stringify(byKey.get(wish.key))}`,
    );
    agree(wish, byKey.get(wish.key), client.ids.get(wish.key), mined);
  });
  for (const signer of signers) expectNonces(signer, before, mined);
  insist(signers.length === chain.signers.length, 'contradiction', `${signers.length} signers are shown`);
  const pool = await chain.rpc<{ pending: string; queued: string }>('txpool_status');
  insist(
    Number(pool.pending) + Number(pool.queued) === 0,
    'contradiction',
    `left in the pool: ${JSON.stringify(pool)}`,
  );

  function isSigner(from: string): boolean {
    return chain.signers.some((signer) => signer === from);
  }
}

function agree(wish: Wish, told: Listed | undefined, id: string | undefined, mined: readonly MinedTransaction[]): void {
  const what = `${wish.key}: ${JSON.stringify(told)}`;
  insist(told !== undefined, 'lost', what);
  insist(told.id === id, 'doubled', `${what}, and its 202 named ${String(id)}`);
  insist(told.status === wish.end, 'contradiction', what);
  insist(told.settled, 'contradiction', what);
  const paying = mined.filter(({ to }) => to === wish.payee);
  if (wish.end === 'cancelled') {
    insist(paying.length === 0 && told.block === null, 'contradiction', what);
    return;
  }
  insist(paying.length === 1, paying.length === 0 ? 'lost' : 'doubled', `${what} is ${paying.length} times on chain`);
  const onChain = paying[0] as MinedTransaction;
  const same =
    told.hash === onChain.hash &&
    told.from.toLowerCase() === onChain.from &&
    told.nonce === Number(onChain.nonce) &&
    told.block?.number === String(Number(onChain.blockNumber)) &&
    told.block.hash === onChain.blockHash;
  insist(same, 'contradiction', `${what} is on chain as ${JSON.stringify(onChain)}`);
}

/** Every nonce used once; what is not a wish is a filler: nothing, to itself. */
function expectNonces(signer: SignerView, before: ChainPosition, mined: readonly MinedTransaction[]): void {
  const address = signer.address.toLowerCase();
  const own = mined.filter(({ from }) => from === address);
  const nonces = own.map(({ nonce }) => Number(nonce)).sort((a, b) => a - b);
  const first = before.nonces.get(address) ?? 0;
  const what = `${address} from ${first} on: ${nonces.join()}; ${JSON.stringify(signer)}`;
  insist(
    nonces.every((nonce, i) => nonce === first + i),
    'contradiction',
    what,
  );
  insist(signer.nextNonce === first + own.length, 'contradiction', what);
  insist(signer.heldNonces.length + signer.gaps.length + signer.inFlight === 0, 'contradiction', what);
  insist(signer.paused === null, 'contradiction', what);
}
