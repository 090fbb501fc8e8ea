import {
  concatHex,
  encodeErrorResult,
  type Hex,
  numberToHex,
  parseAbi,
  parseGwei,
  size,
  toRlp,
  type TransactionSerializable,
  trim,
} from 'viem';
import { mnemonicToAccount, type HDAccount } from 'viem/accounts';
import { type Anvil, request } from './anvil.ts';

/** Anvil's own, publicly known development accounts. */
export const account = (index: number): HDAccount =>
  mnemonicToAccount('test test test test test test test test test test test junk', { addressIndex: index });

const CHAIN_ID = 31337;
export const SINK = '0x000000000000000000000000000000000000dead';
export const CONTRACT = '0x00000000000000000000000000000000c0de0001';
export const ETHER = 10n ** 18n;

type DynamicFee = {
  chainId: number;
  nonce: bigint;
  to: Hex;
  value: bigint;
  data: Hex;
  gas: bigint;
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
};

const TRANSFER: DynamicFee = {
  chainId: CHAIN_ID,
  nonce: 0n,
  to: SINK,
  value: 1n,
  data: '0x',
  gas: 21_000n,
  maxFeePerGas: parseGwei('10'),
  maxPriorityFeePerGas: parseGwei('1'),
};

export const raw = (bytes: Hex): string => request('eth_sendRawTransaction', [bytes]);

const integer = (value: number | bigint): Hex => (BigInt(value) === 0n ? '0x' : numberToHex(value));

/** EIP-1559 bytes as asked for: viem's own serialiser refuses what the node should refuse here (tip above the fee cap). */
export async function signed(
  from: HDAccount,
  changes: Partial<DynamicFee> = {},
  forged: { r?: Hex } = {},
): Promise<Hex> {
  const t = { ...TRANSFER, ...changes };
  const numbers = [t.chainId, t.nonce, t.maxPriorityFeePerGas, t.maxFeePerGas, t.gas].map(integer);
  const fields = [...numbers, t.to, integer(t.value), t.data, []];
  return from.signTransaction(
    { type: 'eip1559', chainId: t.chainId },
    {
      serializer: (_, signature) => {
        if (signature === undefined) return concatHex(['0x02', toRlp(fields)]);
        const { r, s, yParity = 0 } = { ...signature, ...forged };
        return concatHex(['0x02', toRlp([...fields, integer(yParity), trim(r), trim(s)])]);
      },
    },
  );
}

export const sendSigned = (changes: Partial<DynamicFee>) => async (_: Anvil, from: HDAccount) =>
  raw(await signed(from, changes));

export const sendTwice = (second: Partial<DynamicFee>, mine: boolean) => async (anvil: Anvil, from: HDAccount) => {
  await anvil.rpc('eth_sendRawTransaction', [await signed(from)]);
  if (mine) await anvil.rpc('evm_mine');
  return raw(await signed(from, second));
};

/** Types 0 and 1. */
export const sendPriced = (changes: Partial<TransactionSerializable>) => async (_: Anvil, from: HDAccount) => {
  const { chainId, value, gas } = TRANSFER;
  const priced = { chainId, nonce: 0, to: SINK, value, gas, gasPrice: parseGwei('10'), ...changes };
  return raw(await from.signTransaction(priced as TransactionSerializable));
};

export const estimate = (call: Record<string, unknown>) => (_: Anvil, from: HDAccount) =>
  request('eth_estimateGas', [{ from: from.address, ...call }]);

export const estimateCode =
  (code: Hex, changes: Record<string, unknown> = {}) =>
  async (anvil: Anvil, from: HDAccount) => {
    await anvil.rpc('anvil_setCode', [CONTRACT, code]);
    return request('eth_estimateGas', [{ from: from.address, to: CONTRACT, ...changes }]);
  };

/** Runtime code that reverts with exactly these bytes (at most 255): PUSH1 n DUP1 PUSH1 11 PUSH1 0 CODECOPY PUSH1 0 REVERT, then the bytes. */
export const reverting = (data: Hex): Hex =>
  concatHex(['0x60', numberToHex(size(data), { size: 1 }), '0x80600b6000396000fd', data]);

const errors = parseAbi(['error Error(string)', 'error Panic(uint256)', 'error InsufficientBalance(uint256, uint256)']);
export const reason = (text: string): Hex => encodeErrorResult({ abi: errors, errorName: 'Error', args: [text] });
export const panic = (code: bigint): Hex => encodeErrorResult({ abi: errors, errorName: 'Panic', args: [code] });
export const custom = encodeErrorResult({ abi: errors, errorName: 'InsufficientBalance', args: [1n, 2n] });
