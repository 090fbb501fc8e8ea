import type { Knex } from 'knex';
import { reasonLeft, restoredReason } from '../../../../application/restored-reason.ts';
import type { Address, ChainId, Millis, SignerKey } from '../../../../domain/primitives.ts';
import { inTransaction } from '../in-transaction.ts';

interface Row {
  readonly chain_id: ChainId;
  readonly address: Address;
  readonly next_nonce: number | null;
  readonly paused_reason: string | null;
  readonly restored_at: number | null;
}

/**
 * Pauses every signer until a person has decided, and remembers up to where the record knows what was done with its key. Where a decision after an
 * earlier restore is still due, the older point stays: what was in doubt then is in doubt now. Nobody is signed in any more, since who signed out
 * after the backup would be again.
 * @param configured signers that the service has by now and the backup may not know
 */
export async function markRestored(
  knex: Knex,
  restore: { readonly at: Millis; readonly takenAt: Millis; readonly configured: readonly SignerKey[] },
): Promise<number> {
  const { at, takenAt, configured } = restore;
  return inTransaction(knex, async (transaction) => {
    const missing = configured.map(({ chainId, address }) => ({ chain_id: chainId, address, version: 0 }));
    for (const row of missing) await transaction('signers').insert(row).onConflict(['chain_id', 'address']).ignore();
    const rows = await transaction('signers').select<Row[]>();
    for (const row of rows) {
      const { chain_id, address } = row;
      const chain = await transaction('chains')
        .where({ chain_id })
        .first<{ cursor_number: number | null; cursor_hash: string | null } | undefined>();
      const point = {
        restored_at: at,
        restored_taken_at: takenAt,
        restored_number: chain?.cursor_number ?? null,
        restored_hash: chain?.cursor_hash ?? null,
        restored_nonce: row.next_nonce,
      };
      await transaction('signers')
        .where({ chain_id, address })
        .update({
          paused_at: at,
          paused_reason: reasonOf(takenAt, row).slice(0, 500),
          ...(row.restored_at === null ? point : { restored_at: at }),
        });
    }
    await transaction('sessions').delete();
    return rows.length;
  });
}

/** Of an earlier restore that is not decided only what else there was stays. */
const reasonOf = (takenAt: Millis, { paused_reason: before, restored_at: earlier }: Row): string =>
  restoredReason(takenAt, before === null || earlier === null ? before : reasonLeft(before));
