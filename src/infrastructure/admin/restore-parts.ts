import { JsonRpcChainNode } from '../../adapters/outbound/chain/json-rpc/json-rpc-chain-node.ts';
import { chooseCodec } from '../../adapters/outbound/codec/choose.ts';
import { SqlDoubts } from '../../adapters/outbound/sql/reads/sql-doubts.ts';
import { SqlWork } from '../../adapters/outbound/sql/reads/sql-work.ts';
import { reportRestore, type ReportParts, type RestoreReport } from '../../application/use-cases/restore/report.ts';
import type { ChainNode } from '../../application/ports/chain-node.ts';
import type { Work } from '../../application/ports/work.ts';
import type { ChainId } from '../../domain/primitives.ts';
import type { Config } from '../config/config.ts';
import { recordedUrl } from '../embedded/anvil/embedded-chain.ts';
import { StartRefused } from '../server/start-refused.ts';
import type { AdminContext } from './context.ts';

/** What a look at a restored record needs: the record, and a node of its chain. */
export interface RestoreParts extends ReportParts {
  readonly work: Work;
  readonly node: ChainNode;
  readonly chainId: ChainId;
}

/** @throws {StartRefused} no node can be asked, or it is on another chain */
export async function withRestoreParts(
  context: AdminContext,
  work: (parts: RestoreParts) => Promise<void>,
): Promise<void> {
  const { config } = context;
  const [{ knex, dialect }, cipher] = [await context.database(), await context.cipher()];
  const chain = await knex('chains').first<{ chain_id: ChainId; genesis_hash: string } | undefined>();
  if (chain === undefined) throw new StartRefused('The record knows no chain yet.');
  const node = new JsonRpcChainNode({ url: urlOf(config), timeoutMs: config.chain.rpcTimeoutMs });
  try {
    const identity = await node.identity();
    if (!identity.ok) throw new StartRefused(`The node does not answer: ${identity.error.message}`);
    if (identity.value.chainId !== chain.chain_id || identity.value.genesisHash !== chain.genesis_hash)
      throw new StartRefused(
        `The node is on another chain (${identity.value.chainId}) than the record (${chain.chain_id}).`,
      );
    await work({
      work: new SqlWork(knex, dialect, cipher),
      doubts: new SqlDoubts(knex, dialect, cipher),
      node,
      codec: await chooseCodec(),
      chainId: chain.chain_id,
      confirmations: config.chain.confirmations,
    });
  } finally {
    await node.close();
  }
}

function urlOf({ chain, dataDir }: Config): string {
  const url = chain.node.kind === 'rpc' ? chain.node.urls[0] : recordedUrl(dataDir);
  if (url == null) throw new StartRefused('The embedded chain runs with its server only: start that first.');
  return url;
}

/** Null: no signer waits for a decision. */
export async function reportOf(parts: RestoreParts): Promise<RestoreReport | null> {
  const report = await reportRestore(parts, parts.chainId);
  if (report !== null && 'unanswered' in report)
    throw new StartRefused(`The node does not answer: ${report.unanswered}`);
  return report;
}
