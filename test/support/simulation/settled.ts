import { accountIn } from '../../../src/adapters/outbound/chain/scripted/block-builder.ts';
import { sqlite } from '../../../src/adapters/outbound/sql/dialect/sqlite.ts';
import { SqlWork } from '../../../src/adapters/outbound/sql/reads/sql-work.ts';
import type { Address, TxHash } from '../../../src/domain/primitives.ts';
import { CONTRACT, idsOf, PAYEES } from './perform.ts';
import type { World } from './world.ts';

/** Each confirmed transaction is in the chain with just what its revision says, and the payees have that money and no other. */
export async function settled(world: World): Promise<readonly string[]> {
  const { sim, query, knex, cipher } = world;
  const found: string[] = [];
  const records = await new SqlWork(knex, sqlite, cipher).forBroadcast(idsOf(world));
  const mined = new Map(
    query
      .all<{ id: string; mined_hash: TxHash | null }>('SELECT id, mined_hash FROM transactions')
      .map((row) => [row.id, row.mined_hash]),
  );
  const paid = new Map<Address, bigint>();
  for (const [id, record] of records) {
    if (record.holder !== 'transaction') continue;
    const { status } = record.transaction;
    if (status !== 'confirmed' && status !== 'reverted') continue;
    const bytes = sim.known.get(mined.get(id) as TxHash);
    const { to, valueWei, data } = record.request;
    if (bytes === undefined || bytes.to !== to || bytes.valueWei !== valueWei || bytes.data !== data)
      found.push(`${id} is ${status}, and shows another request than was mined`);
    if (status === 'confirmed' && to !== null) paid.set(to, (paid.get(to) ?? 0n) + valueWei);
  }
  // What is failed and may yet be mined, or was a moment ago, is not counted; what is in the chain is.
  for (const payee of [...PAYEES, CONTRACT]) {
    const has = accountIn(sim.chain.tip.accounts, payee).balanceWei;
    if (has !== (paid.get(payee) ?? 0n)) found.push(`${payee} has ${has} wei, and was sent ${paid.get(payee) ?? 0n}`);
  }
  return found;
}
