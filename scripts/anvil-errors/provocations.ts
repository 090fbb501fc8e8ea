import { type Hex, numberToHex, parseGwei } from 'viem';
import type { HDAccount } from 'viem/accounts';
import type { NodeErrorClass } from '../../src/domain/node-answer/node-error-class.ts';
import { type Anvil, request } from './anvil.ts';
import {
  CONTRACT,
  custom,
  estimate,
  estimateCode,
  ETHER,
  panic,
  raw,
  reason,
  reverting,
  sendPriced,
  sendSigned,
  sendTwice,
  signed,
  SINK,
} from './requests.ts';

/**
 * One way to make Anvil answer with an error. `class` is what a person says the answer means (the truth that the
 * tests hold the classification to), `body` prepares the chain and gives the request.
 */
export type Provocation = {
  readonly what: string;
  readonly class: NodeErrorClass;
  /** Anvil's flags, where the default chain does not do. */
  readonly flags?: readonly string[];
  readonly body: (anvil: Anvil, account: HDAccount) => string | Promise<string>;
};

export const PROVOCATIONS: readonly Provocation[] = [
  { what: 'nonce already mined', class: 'nonceTooLow', body: sendTwice({ value: 2n }, true) },
  { what: 'the mined bytes again', class: 'nonceTooLow', body: sendTwice({}, true) },
  { what: 'the pending bytes again', class: 'alreadyKnown', body: sendTwice({}, false) },
  {
    what: 'other bytes at a pending nonce, same fees',
    class: 'replacementUnderpriced',
    body: sendTwice({ value: 2n }, false),
  },
  { what: 'value above the balance', class: 'insufficientFunds', body: sendSigned({ value: 20_000n * ETHER }) },
  { what: 'fees above the balance', class: 'insufficientFunds', body: sendSigned({ maxFeePerGas: ETHER }) },
  {
    what: 'estimate: value above the balance',
    class: 'insufficientFunds',
    body: estimateCode('0x00', { value: numberToHex(20_000n * ETHER) }),
  },
  {
    // Told as too little gas: why an estimate is asked without fee fields.
    what: 'estimate: fees above the balance',
    class: 'reverted',
    body: estimateCode('0x00', { gas: '0xffff', maxFeePerGas: numberToHex(ETHER) }),
  },
  { what: 'gas 20999', class: 'invalid', body: sendSigned({ gas: 20_999n }) },
  {
    what: 'gas above the block gas limit',
    class: 'invalid',
    body: sendSigned({ gas: 30_000_001n, maxFeePerGas: parseGwei('2') }),
  },
  {
    what: 'gas above the transaction cap (EIP-7825)',
    class: 'invalid',
    flags: ['--hardfork', 'osaka', '--enable-tx-gas-limit'],
    body: sendSigned({ gas: 16_777_217n, maxFeePerGas: parseGwei('2') }),
  },
  {
    what: 'maxFeePerGas 1 wei',
    class: 'feeBelowBase',
    body: sendSigned({ maxFeePerGas: 1n, maxPriorityFeePerGas: 0n }),
  },
  { what: 'legacy gasPrice 1 wei', class: 'feeBelowBase', body: sendPriced({ gasPrice: 1n }) },
  { what: 'tip above the fee cap', class: 'invalid', body: sendSigned({ maxPriorityFeePerGas: parseGwei('11') }) },
  { what: 'another chain id', class: 'invalid', body: sendSigned({ chainId: 1 }) },
  {
    what: 'initcode of 49153 bytes',
    class: 'invalid',
    body: sendSigned({ to: '0x', data: `0x${'00'.repeat(49_153)}`, gas: 10_000_000n }),
  },
  { what: 'type 2 before London', class: 'invalid', flags: ['--hardfork', 'berlin'], body: sendSigned({}) },
  {
    what: 'type 1 before Berlin',
    class: 'invalid',
    flags: ['--hardfork', 'istanbul'],
    body: sendPriced({ accessList: [{ address: SINK, storageKeys: [] }] }),
  },
  {
    what: 'type 3 without its blobs',
    class: 'invalid',
    body: sendPriced({
      type: 'eip4844',
      sidecars: false,
      gasPrice: undefined,
      maxFeePerBlobGas: 1n,
      blobVersionedHashes: [`0x01${'00'.repeat(31)}`],
      maxFeePerGas: parseGwei('10'),
    }),
  },
  { what: 'no bytes', class: 'invalid', body: () => raw('0x') },
  { what: 'garbage bytes', class: 'invalid', body: () => raw('0xdeadbeef') },
  { what: 'type 2 with an empty list', class: 'invalid', body: () => raw('0x02c0') },
  { what: 'an unassigned type', class: 'invalid', body: () => raw('0x7fc0') },
  {
    what: 'half of the bytes',
    class: 'invalid',
    body: async (_, from) => raw((await signed(from)).slice(0, 100) as Hex),
  },
  {
    what: 'a signature that no key makes',
    class: 'invalid',
    body: async (_, from) => raw(await signed(from, {}, { r: `0x${'ff'.repeat(32)}` })),
  },
  { what: 'odd number of digits', class: 'invalid', body: () => raw('0x123') },
  { what: 'no hex', class: 'invalid', body: () => raw('0xzz') },
  { what: 'a number for bytes', class: 'invalid', body: () => request('eth_sendRawTransaction', [1]) },
  { what: 'no parameter', class: 'invalid', body: () => request('eth_sendRawTransaction', []) },
  { what: 'an address too short', class: 'invalid', body: () => request('eth_getBalance', ['0x1234', 'latest']) },
  { what: 'an unknown block tag', class: 'invalid', body: () => request('eth_getBalance', [SINK, 'nope']) },
  { what: 'estimate: revert with a reason', class: 'reverted', body: estimateCode(reverting(reason('hello world'))) },
  {
    what: 'estimate: revert whose reason quotes another message',
    class: 'reverted',
    body: estimateCode(reverting(reason('nonce too low'))),
  },
  { what: 'estimate: revert with an empty reason', class: 'reverted', body: estimateCode(reverting(reason(''))) },
  { what: 'estimate: revert without data', class: 'reverted', body: estimateCode('0x60006000fd') },
  { what: 'estimate: custom error', class: 'reverted', body: estimateCode(reverting(custom)) },
  { what: 'estimate: custom error without arguments', class: 'reverted', body: estimateCode(reverting('0xcf479181')) },
  { what: 'estimate: panic, overflow', class: 'reverted', body: estimateCode(reverting(panic(0x11n))) },
  { what: 'estimate: panic, assert', class: 'reverted', body: estimateCode(reverting(panic(0x01n))) },
  { what: 'estimate: panic of an unknown code', class: 'reverted', body: estimateCode(reverting(panic(0x99n))) },
  { what: 'estimate: three bytes of revert data', class: 'reverted', body: estimateCode(reverting('0xabcdef')) },
  { what: 'estimate: opcode INVALID', class: 'reverted', body: estimateCode('0xfe') },
  { what: 'estimate: an unassigned opcode', class: 'reverted', body: estimateCode('0x0c') },
  { what: 'estimate: jump to nowhere', class: 'reverted', body: estimateCode('0x60ff56') },
  { what: 'estimate: empty stack', class: 'reverted', body: estimateCode('0x01') },
  {
    what: 'estimate: gas too low for the code',
    class: 'reverted',
    body: estimateCode('0x5b600056', { gas: '0x5300' }),
  },
  { what: "estimate: gas below the transfer's", class: 'reverted', body: estimateCode('0x00', { gas: '0x64' }) },
  { what: 'estimate: endless loop', class: 'reverted', body: estimateCode('0x5b600056') },
  { what: 'estimate: creation that reverts', class: 'reverted', body: estimate({ data: reverting(reason('no')) }) },
  {
    what: 'call: revert with a reason',
    class: 'reverted',
    body: async (anvil) => {
      await anvil.rpc('anvil_setCode', [CONTRACT, reverting(reason('hello world'))]);
      return request('eth_call', [{ to: CONTRACT }, 'latest']);
    },
  },
  {
    what: 'call: opcode INVALID',
    class: 'reverted',
    body: async (anvil) => {
      await anvil.rpc('anvil_setCode', [CONTRACT, '0xfe']);
      return request('eth_call', [{ to: CONTRACT }, 'latest']);
    },
  },
  {
    what: 'call: tip above the fee cap',
    class: 'invalid',
    body: (_, from) =>
      request('eth_call', [
        { from: from.address, to: SINK, maxFeePerGas: '0x77359400', maxPriorityFeePerGas: '0x77359401' },
        'latest',
      ]),
  },
  { what: 'state of a block to come', class: 'unavailable', body: () => request('eth_getBalance', [SINK, '0xffffff']) },
  {
    what: 'state of a block hash that nobody has',
    class: 'unavailable',
    body: () => request('eth_getBalance', [SINK, { blockHash: `0x${'11'.repeat(32)}` }]),
  },
  {
    what: 'eth_sendRawTransactionSync while nothing is mined',
    class: 'unknown',
    body: async (_, from) => request('eth_sendRawTransactionSync', [await signed(from)]),
  },
  { what: 'a method that does not exist', class: 'unknown', body: () => request('eth_nope', []) },
  { what: 'broken JSON', class: 'unknown', body: () => '{"jsonrpc":"2.0",' },
  { what: 'no version', class: 'unknown', body: () => '{"id":1,"method":"eth_chainId","params":[]}' },
  { what: 'an empty batch', class: 'unknown', body: () => '[]' },
];
