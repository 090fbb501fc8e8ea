import { ScriptedNode } from '../../../src/adapters/outbound/chain/scripted.ts';
import { ScriptedChain } from '../../../src/adapters/outbound/chain/scripted/chain.ts';
import { decodeWith } from '../../../src/adapters/outbound/chain/scripted/decoded-transaction.ts';
import { chooseCodec } from '../../../src/adapters/outbound/codec/choose.ts';
import { markRestored } from '../../../src/adapters/outbound/sql/backup/mark-restored.ts';
import { SqlDoubts } from '../../../src/adapters/outbound/sql/reads/sql-doubts.ts';
import { sqlite } from '../../../src/adapters/outbound/sql/dialect/sqlite.ts';
import { LocalFieldCipher } from '../../../src/adapters/outbound/crypto/local-field-cipher.ts';
import { MemoryDataKeys } from '../../../src/adapters/outbound/crypto/memory-data-keys.ts';
import {
  reportRestore,
  type RestoreReport,
  type SignerReport,
} from '../../../src/application/use-cases/restore/report.ts';
import type { Address, SignerKey } from '../../../src/domain/primitives.ts';
import { openFile, type Storage } from '../../support/storage.ts';
import { CHAIN, commit } from '../../support/stored.ts';
import { testAccount } from '../../support/test-account.ts';

export const ACCOUNT = testAccount('of a restored record', CHAIN);
/** Another signer of the same service. */
export const OTHER = testAccount('another of a restored record', CHAIN);
export const OTHER_KEY: SignerKey = { chainId: CHAIN, address: OTHER.address };
export const KEY: SignerKey = { chainId: CHAIN, address: ACCOUNT.address };
export const TAKEN_AT = Date.UTC(2025, 0, 1);
const ETHER = 10n ** 18n;

/** A payee of each payment. */
export const payee = (n: number): Address => `0x${n.toString(16).padStart(40, 'e')}` as Address;

/** A record that was restored at a block of a chain which has gone on since. */
export async function lostRecord() {
  let cipher: LocalFieldCipher | null = null;
  const storage = await openFile(async (_, clock) => {
    cipher = await LocalFieldCipher.create(new MemoryDataKeys(), Buffer.alloc(32, 7), [], clock);
    return cipher;
  });
  const codec = await chooseCodec();
  const chain = new ScriptedChain({ chainId: CHAIN, decode: decodeWith(codec) });
  const node = new ScriptedNode(chain);
  for (const { address } of [ACCOUNT, OTHER]) chain.setBalance(address, 100n * ETHER);
  const doubts = new SqlDoubts(storage.knex, sqlite, cipher as unknown as LocalFieldCipher);
  const parts = { node, doubts, codec, work: storage.work, confirmations: 2 };
  const { number, hash, parentHash } = chain.mine();
  await commit(storage, {
    chains: [{ chainId: CHAIN, genesisHash: chain.genesis.block.hash }],
    cursors: [{ chainId: CHAIN, from: null, to: { number, hash }, blocks: [{ number, hash, parentHash }] }],
    signers: [{ key: KEY, nextNonce: 0, balanceWei: ETHER }],
  });
  return {
    storage,
    chain,
    node,
    parts,
    /** What the lost part of the record had sent: bytes of the signer that nobody has on record. */
    send: async (nonce: number, to: Address, valueWei: bigint, by = ACCOUNT) => {
      const signed = await by.sign({ nonce, to, valueWei });
      await node.send([signed.raw]);
      return signed.hash;
    },
    restore: () => markRestored(storage.knex, { at: storage.clock.now(), takenAt: TAKEN_AT, configured: [] }),
    /** The tracker has read up to the head. */
    catchUp: async () => {
      const from = (await storage.work.chain(CHAIN))?.cursor ?? null;
      const to = { number: chain.head.number, hash: chain.head.hash };
      await commit(storage, { cursors: [{ chainId: CHAIN, from, to, blocks: [], forgetAbove: -1 }] });
    },
    report: async (): Promise<RestoreReport> => {
      const report = await reportRestore(parts, CHAIN);
      if (report === null || 'unanswered' in report) throw new Error(`no report: ${JSON.stringify(report)}`);
      return report;
    },
  };
}

export type LostRecord = Awaited<ReturnType<typeof lostRecord>> & { readonly storage: Storage };

export const only = ({ signers }: RestoreReport): SignerReport => {
  if (signers.length !== 1) throw new Error('one signer is expected');
  return signers[0] as SignerReport;
};
