import type { SignerView } from '../../../../application/ports/views.ts';
import { holesOf } from '../../../../domain/nonce/assign.ts';
import { signerKeyText, type Address, type ChainId } from '../../../../domain/primitives.ts';
import { OPEN_STATUSES } from '../../../../domain/transaction/transaction.ts';
import { toSigner } from './chain-rows.ts';
import type { Raw, Reading } from './reading.ts';

/** Every signer with what it has open, holds and lacks. */
export async function signerViews(reading: Reading): Promise<readonly SignerView[]> {
  const { knex } = reading;
  const [signers, held, ...counted] = await Promise.all([
    knex('signers').orderBy(['chain_id', 'address']).select<Raw[]>(),
    knex('held_nonces').orderBy('nonce').select<Raw[]>('chain_id', 'signer', 'nonce'),
    ...OPEN_STATUSES.map((status) =>
      knex('transactions')
        .where('status', status)
        .groupBy('chain_id', 'signer')
        .select<Raw[]>('chain_id', 'signer', knex.raw('count(*) as open')),
    ),
  ]);
  const open = new Map<string, number>();
  for (const row of counted.flat()) open.set(laneOf(row), (open.get(laneOf(row)) ?? 0) + (row['open'] as number));
  const nonces = new Map<string, number[]>();
  for (const row of held) {
    const own = nonces.get(laneOf(row)) ?? [];
    own.push(row['nonce'] as number);
    nonces.set(laneOf(row), own);
  }
  return signers.map(toSigner).map((signer) => {
    const lane = signerKeyText(signer.key);
    const own = nonces.get(lane) ?? [];
    return {
      ...signer,
      inFlight: open.get(lane) ?? 0,
      held: own,
      gaps: signer.nextNonce === null ? [] : holesOf(signer.nextNonce, own),
    };
  });
}

const laneOf = (row: Raw): string =>
  signerKeyText({ chainId: row['chain_id'] as ChainId, address: row['signer'] as Address });
