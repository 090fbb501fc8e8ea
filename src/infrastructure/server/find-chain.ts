import { setTimeout as delay } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { ChainIdentity, ChainNode } from '../../application/ports/chain-node.ts';
import type { Log } from '../../application/ports/observability.ts';
import type { ChainId } from '../../domain/primitives.ts';

const ASK_AGAIN_MS = 1_000;

/**
 * The chain on record, else the one that the node says it is on. A record needs no node: intake goes on while that is away. Without
 * either, nothing can be accepted, so the start waits for the node and says so.
 * @throws an `AbortError` where the process is to stop meanwhile
 */
export async function findChain(
  knex: Knex,
  node: ChainNode,
  log: Log,
  signal: AbortSignal,
): Promise<{ readonly chainId: ChainId; readonly identity: ChainIdentity | null }> {
  const onRecord = await knex('chains').first<{ chain_id: number } | undefined>('chain_id');
  if (onRecord !== undefined) return { chainId: onRecord.chain_id as ChainId, identity: null };
  for (let told = false; ; told = true) {
    const answer = await node.identity();
    if (answer.ok) return { chainId: answer.value.chainId, identity: answer.value };
    if (!told)
      log.warn(
        { detail: answer.error.message },
        'waiting for the node: without it a first start does not know its chain',
      );
    await delay(ASK_AGAIN_MS, undefined, { signal });
  }
}
