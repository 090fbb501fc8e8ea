import fc from 'fast-check';
import { keccak256, parseTransaction, serializeTransaction, toRlp } from 'viem';
import { privateKeyToAccount, sign } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import type { SignedBytes, TransactionCodec } from '../../../src/application/ports/transaction-codec.ts';
import type { Address, ChainId, Hex } from '../../../src/domain/primitives.ts';
import type { UnsignedTransaction } from '../../../src/domain/transaction/attempt.ts';
import { asViem, MAX_UINT256, unsignedTransactions } from './unsigned-transactions.ts';

const PRIVATE_KEY: Hex = `0x${'4646'.repeat(16)}`;
const FROM = privateKeyToAccount(PRIVATE_KEY).address.toLowerCase();
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const TRANSFER: UnsignedTransaction = {
  type: 'eip1559',
  chainId: 31337 as ChainId,
  nonce: 0,
  to: `0x${'11'.repeat(20)}` as Address,
  valueWei: 1n,
  data: '0x',
  gasLimit: 21_000n,
  maxFeePerGasWei: 2_000_000_000n,
  maxPriorityFeePerGasWei: 1_000_000_000n,
};
const LEGACY: UnsignedTransaction = { ...TRANSFER, type: 'legacy', maxPriorityFeePerGasWei: TRANSFER.maxFeePerGasWei };

/** What every TransactionCodec does. `runs`: of each property; fewer for one that takes milliseconds a recovery. */
export function transactionCodecSuite(
  create: () => Promise<TransactionCodec>,
  { runs }: { readonly runs: number },
): void {
  const only = <Item>(items: readonly Item[]): Item => {
    expect(items).toHaveLength(1);
    return items[0] as Item;
  };
  const signWith = async (codec: TransactionCodec, unsigned: UnsignedTransaction): Promise<SignedBytes> => {
    const digest = only(await codec.digests([unsigned]));
    const { r, s, yParity } = await sign({ hash: `0x${Buffer.from(digest).toString('hex')}`, privateKey: PRIVATE_KEY });
    const digits = r.slice(2).padStart(64, '0') + s.slice(2).padStart(64, '0');
    return only(
      await codec.assemble([unsigned], [Buffer.concat([Buffer.from(digits, 'hex'), Buffer.of(yParity ?? 0)])]),
    );
  };
  const recoverOne = async (codec: TransactionCodec, raw: Hex) => only(await codec.recover([raw]));

  describe('with viem as the second opinion', () => {
    it('hashes, assembles and recovers what viem serialises', async () => {
      const codec = await create();
      await fc.assert(
        fc.asyncProperty(unsignedTransactions, async (unsigned) => {
          const digest = only(await codec.digests([unsigned]));
          expect(Buffer.from(digest).toString('hex')).toBe(keccak256(serializeTransaction(asViem(unsigned))).slice(2));
          const signed = await signWith(codec, unsigned);
          expect(signed.raw).toBe(await privateKeyToAccount(PRIVATE_KEY).signTransaction(asViem(unsigned)));
          expect(signed.hash).toBe(keccak256(signed.raw));
          expect(await recoverOne(codec, signed.raw)).toEqual({
            kind: 'recovered',
            unsigned,
            from: FROM,
            hash: signed.hash,
          });
          expect(parseTransaction(signed.raw).nonce ?? 0).toBe(unsigned.nonce);
        }),
        { numRuns: runs },
      );
    });

    it.each<[string, Partial<UnsignedTransaction>]>([
      ['nothing but zeros', { nonce: 0, valueWei: 0n, gasLimit: 0n, maxFeePerGasWei: 0n, maxPriorityFeePerGasWei: 0n }],
      [
        'the largest quantities',
        {
          valueWei: MAX_UINT256,
          gasLimit: MAX_UINT256,
          maxFeePerGasWei: MAX_UINT256,
          maxPriorityFeePerGasWei: MAX_UINT256,
        },
      ],
      [
        'the largest nonce and chain id',
        { nonce: Number.MAX_SAFE_INTEGER, chainId: Number.MAX_SAFE_INTEGER as ChainId },
      ],
      ['a contract creation with 128 KiB of data', { to: null, data: `0x${'fe'.repeat(131_072)}` }],
      ['55 bytes of data', { data: `0x${'ab'.repeat(55)}` }],
      ['56 bytes of data', { data: `0x${'ab'.repeat(56)}` }],
      ['one small byte of data', { data: '0x7f' }],
      ['one large byte of data', { data: '0x80' }],
      ['one zero byte of data', { data: '0x00' }],
    ])('keeps %s', async (_name, fields) => {
      const codec = await create();
      for (const base of [TRANSFER, LEGACY]) {
        const unsigned = { ...base, ...fields };
        const { raw, hash } = await signWith(codec, unsigned);
        expect(raw).toBe(await privateKeyToAccount(PRIVATE_KEY).signTransaction(asViem(unsigned)));
        expect(await recoverOne(codec, raw)).toEqual({ kind: 'recovered', unsigned, from: FROM, hash });
      }
    });
  });

  it("reads EIP-155's own example", async () => {
    const raw =
      '0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83';
    expect(await recoverOne(await create(), raw)).toMatchObject({
      kind: 'recovered',
      from: '0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f',
      unsigned: { type: 'legacy', chainId: 1, nonce: 9, maxFeePerGasWei: 20_000_000_000n, valueWei: 10n ** 18n },
    });
  });

  it('keeps the order of a batch, malformed items among it', async () => {
    const codec = await create();
    const unsigned = [0, 1, 2, 3].map((nonce): UnsignedTransaction => ({
      ...(nonce % 2 === 0 ? TRANSFER : LEGACY),
      nonce,
    }));
    const signed = await Promise.all(unsigned.map((one) => signWith(codec, one)));
    const raw = signed.map((one) => one.raw);
    raw.splice(2, 0, '0x');
    const kinds = (await codec.recover(raw)).map((one) => (one.kind === 'recovered' ? one.unsigned.nonce : one.kind));
    expect(kinds).toEqual([0, 1, 'malformed', 2, 3]);
    expect(await codec.recover([])).toEqual([]);
  });

  describe('is strict', () => {
    it('never recovers the same from other bytes, and never throws for them', async () => {
      const codec = await create();
      const corruption = fc.record({
        unsigned: unsignedTransactions,
        how: fc.constantFrom('flip', 'cut', 'append', 'insert', 'remove'),
        where: fc.nat(),
        byte: fc.integer({ min: 1, max: 255 }),
      });
      await fc.assert(
        fc.asyncProperty(corruption, async ({ unsigned, how, where, byte }) => {
          const { raw } = await signWith(codec, unsigned);
          const bytes = Buffer.from(raw.slice(2), 'hex');
          const at = where % bytes.length;
          const changed = {
            flip: () => Buffer.from(bytes.map((old, index) => (index === at ? old ^ byte : old))),
            cut: () => bytes.subarray(0, at),
            append: () => Buffer.concat([bytes, Buffer.of(byte)]),
            insert: () => Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at)]),
            remove: () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
          }[how]();
          fc.pre(!changed.equals(bytes));
          const recovered = await recoverOne(codec, `0x${changed.toString('hex')}`);
          const same = recovered.kind === 'recovered' && recovered.from === FROM;
          if (same) expect(recovered.unsigned).not.toEqual(unsigned);
        }),
        { numRuns: runs },
      );
    });

    it('never throws for any text', async () => {
      const codec = await create();
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            fc.string(),
            fc.uint8Array().map((bytes) => `02${Buffer.from(bytes).toString('hex')}`),
          ),
          async (text) => {
            expect(await recoverOne(codec, `0x${text}`)).toMatchObject({ kind: 'malformed' });
            expect(await recoverOne(codec, text as Hex)).toMatchObject({ kind: 'malformed' });
          },
        ),
      );
    });

    // The fields of a signed transfer, each a valid item by itself: chain id, nonce, tip, fee cap, gas, to, value, data, access list, parity, r, s.
    const signedFields = async (codec: TransactionCodec): Promise<(Hex | Hex[])[]> => {
      const { r, s, yParity } = parseTransaction((await signWith(codec, TRANSFER)).raw);
      return [
        '0x7a69',
        '0x',
        '0x3b9aca00',
        '0x77359400',
        '0x5208',
        TRANSFER.to ?? '0x',
        '0x01',
        '0x',
        [],
        yParity === 0 ? '0x' : '0x01',
        r ?? '0x',
        s ?? '0x',
      ];
    };
    const envelope = (fields: readonly (Hex | Hex[])[]): Hex => `0x02${toRlp([...fields] as Hex[]).slice(2)}`;
    const change = async (codec: TransactionCodec, position: number, value: Hex | Hex[]) => {
      const fields = await signedFields(codec);
      fields[position] = value;
      return recoverOne(codec, envelope(fields));
    };

    it('takes those fields as they are', async () => {
      const codec = await create();
      expect(await recoverOne(codec, envelope(await signedFields(codec)))).toMatchObject({
        kind: 'recovered',
        from: FROM,
      });
    });

    it.each<[string, number, Hex | Hex[]]>([
      ['a chain id of zero', 0, '0x'],
      ['a chain id that no number holds', 0, `0x20000000000000`],
      ['a nonce that begins with zero', 1, '0x00'],
      ['a nonce that no number holds', 1, '0xffffffffffffffff'],
      ['a value of 257 bits', 6, `0x01${'00'.repeat(32)}`],
      ['a value that begins with zero', 6, '0x0001'],
      ['a recipient of 19 bytes', 5, `0x${'11'.repeat(19)}`],
      ['a recipient that is a list', 5, []],
      ['an access list with an entry', 8, ['0x11']],
      ['an access list that is a string', 8, '0x'],
      ['a parity of 2', 9, '0x02'],
      ['a parity of 27', 9, '0x1b'],
      ['r of zero', 10, '0x'],
      ['r of the order or more', 10, `0x${ORDER.toString(16)}`],
      ['s of zero', 11, '0x'],
      ['s of the order', 11, `0x${ORDER.toString(16)}`],
    ])('refuses %s', async (_name, position, value) => {
      expect(await change(await create(), position, value)).toMatchObject({ kind: 'malformed' });
    });

    it('refuses the other half of a signature (EIP-2)', async () => {
      const codec = await create();
      const fields = await signedFields(codec);
      const s = BigInt(fields[11] as Hex);
      fields[9] = fields[9] === '0x' ? '0x01' : '0x';
      fields[11] = `0x${(ORDER - s).toString(16).padStart(64, '0')}`;
      expect(await recoverOne(codec, envelope(fields))).toMatchObject({
        kind: 'malformed',
        message: expect.stringContaining('EIP-2') as string,
      });
    });

    it('refuses one field more or less, other types, and legacy without a chain id', async () => {
      const codec = await create();
      const fields = await signedFields(codec);
      const { r, s } = parseTransaction((await signWith(codec, LEGACY)).raw);
      const legacy = ['0x', '0x77359400', '0x5208', TRANSFER.to ?? '0x', '0x01', '0x'] as const;
      const others: Hex[] = [
        envelope([...fields, '0x']),
        envelope(fields.slice(0, -1)),
        `0x01${envelope(fields).slice(4)}`,
        `0x03${envelope(fields).slice(4)}`,
        `0x04${envelope(fields).slice(4)}`,
        toRlp([...legacy, '0x1b', r ?? '0x', s ?? '0x']),
        toRlp([...legacy, '0x23', r ?? '0x', s ?? '0x']),
        toRlp([...legacy]),
        '0x',
        '0x02',
        '0x7f',
      ];
      for (const recovered of await codec.recover(others)) expect(recovered).toMatchObject({ kind: 'malformed' });
    });

    it('refuses encodings that are longer than they need to be', async () => {
      const codec = await create();
      const { raw } = await signWith(codec, TRANSFER);
      const others = [
        raw.replace('0x02f8', '0x02f900'), // the list's length in two bytes
        raw.replace('827a69', 'b8027a69'), // a short string as a long one
        raw.replace('827a6980', '827a698100'), // zero as a byte of its own
        raw.replace('827a6980', '827a698101'), // a single byte with a header
      ] as Hex[];
      for (const other of others) {
        expect(other).not.toBe(raw);
        expect(await recoverOne(codec, other)).toMatchObject({ kind: 'malformed' });
      }
    });
  });
}
