import type { SignerKey } from '../../../domain/primitives.ts';
import type { ChainNode } from '../../ports/chain-node.ts';
import type { Work } from '../../ports/work.ts';

export interface PoolParts {
  readonly work: Pick<Work, 'competitors'>;
  readonly node: Pick<ChainNode, 'signedBytes'>;
}

/** What is looked through at once; a node that claims more than that is asked again when these are mined. */
const NONCES_AT_ONCE = 10_000;

/**
 * At how many of the nonces that the node's pool has bytes for these are none of the record's: a pool holds one transaction at a nonce, so
 * where it knows ours, there is no other.
 */
export async function strangersInPool(
  { work, node }: PoolParts,
  key: SignerKey,
  count: number,
  pendingCount: number,
): Promise<number> {
  const waiting = Math.min(Math.max(0, pendingCount - count), NONCES_AT_ONCE);
  if (waiting === 0) return 0;
  const live = await work.competitors(
    key,
    Array.from({ length: waiting }, (_, i) => count + i),
  );
  const answers = await node.signedBytes(live.map(({ hash }) => hash));
  const ours = new Set(
    live.flatMap(({ nonce }, i) => {
      const answer = answers[i];
      return answer?.ok && answer.value !== null ? [nonce] : [];
    }),
  );
  return waiting - ours.size;
}
