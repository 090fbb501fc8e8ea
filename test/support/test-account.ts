import { keccak256, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { Address, ChainId, Hex, TxHash } from '../../src/domain/primitives.ts';

export interface Signed {
  readonly raw: Hex;
  readonly hash: TxHash;
}

/** What a transfer says where the test does not care: 1 wei to a far address, with fees that any test chain takes. */
interface TransferFields {
  readonly nonce: number;
  readonly to?: Address;
  readonly valueWei?: bigint;
  readonly gasLimit?: bigint;
  readonly maxFeePerGasWei?: bigint;
  readonly maxPriorityFeePerGasWei?: bigint;
  readonly chainId?: ChainId;
}

export interface TestAccount {
  readonly address: Address;
  sign(fields: TransferFields): Promise<Signed>;
}

export const SOMEBODY = `0x${'5e'.repeat(20)}` as Address;
const GWEI = 1_000_000_000n;

/** The same name is the same account, whoever asks for it. */
export function testAccount(name: string, chainId: ChainId): TestAccount {
  const account = privateKeyToAccount(keccak256(toHex(`test account ${name}`)));
  return {
    address: account.address.toLowerCase() as Address,
    sign: async (fields) => {
      const raw = await account.signTransaction({
        type: 'eip1559',
        chainId: fields.chainId ?? chainId,
        nonce: fields.nonce,
        to: fields.to ?? SOMEBODY,
        value: fields.valueWei ?? 1n,
        gas: fields.gasLimit ?? 100_000n,
        maxFeePerGas: fields.maxFeePerGasWei ?? 20n * GWEI,
        maxPriorityFeePerGas: fields.maxPriorityFeePerGasWei ?? GWEI,
      });
      return { raw, hash: keccak256(raw) as TxHash };
    },
  };
}
