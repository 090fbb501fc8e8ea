import { inspect } from 'node:util';
import { mnemonicToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { createDevSigner } from '../../src/adapters/outbound/signing/dev-signer.ts';
import { createSignerDirectory } from '../../src/adapters/outbound/signing/directory.ts';
import { createLocalKeySigner } from '../../src/adapters/outbound/signing/local-key-signer.ts';
import { ScriptedSigner } from '../../src/adapters/outbound/signing/scripted-signer.ts';
import type { ChainId } from '../../src/domain/primitives.ts';
import { DEVELOPMENT_ACCOUNTS } from '../../src/infrastructure/config/signers.ts';
import { signerSuite } from './suites/signer.ts';

const DIGEST = new Uint8Array(32).fill(7);

describe('a development signer', () => {
  signerSuite(() => createDevSigner(0), { runs: 30 });

  it('is the account of the mnemonic that everybody knows, for each number that SIGNERS takes', async () => {
    const mnemonic = 'test test test test test test test test test test test junk';
    for (let index = 0; index < DEVELOPMENT_ACCOUNTS; index += 1) {
      const signer = await createDevSigner(index);
      expect(signer.address).toBe(mnemonicToAccount(mnemonic, { addressIndex: index }).address.toLowerCase());
      expect(signer.label).toBe(`dev:${index}`);
    }
  });

  it.each([-1, DEVELOPMENT_ACCOUNTS, 0.5])('does not exist as dev:%d', async (index) => {
    await expect(createDevSigner(index)).rejects.toThrow(RangeError);
  });
});

describe('a local key signer', () => {
  it('signs the same digest always the same (RFC 6979)', async () => {
    const [one, other] = [await createDevSigner(1), await createDevSigner(1)];
    expect(await one.sign([DIGEST])).toEqual(await other.sign([DIGEST]));
  });

  it.each([
    ['zero', new Uint8Array(32)],
    ['too large', new Uint8Array(32).fill(0xff)],
    ['too short', new Uint8Array(31).fill(0xab)],
  ])('refuses a key that is %s, without telling it', async (_name, key) => {
    const error: unknown = await createLocalKeySigner(key, 'broken').catch((reason: unknown) => reason);
    expect(inspect(error)).toContain('broken: not a private key');
    expect(inspect(error)).not.toMatch(/(?:00){8}|(?:ff){8}|(?:ab){8}/);
  });

  it('keeps its own copy of the key', async () => {
    const key = new Uint8Array(32).fill(1);
    const signer = await createLocalKeySigner(key, 'copied');
    const before = await signer.sign([DIGEST]);
    key.fill(2);
    expect(await signer.sign([DIGEST])).toEqual(before);
  });
});

describe('a scripted signer', () => {
  signerSuite(async () => new ScriptedSigner(await createDevSigner(0)), { runs: 10 });

  it('answers by its script, call by call, then signs', async () => {
    const signer = new ScriptedSigner(await createDevSigner(0)).answer(
      'throttled',
      ['sign', 'unusable'],
      'sign',
      'unavailable',
    );
    const answers: string[][] = [];
    for (let call = 0; call < 5; call += 1) {
      const outcomes = await signer.sign([DIGEST, DIGEST, DIGEST]);
      answers.push(outcomes.map((outcome) => (outcome.kind === 'signed' ? 'signed' : outcome.reason)));
    }
    expect(answers).toEqual([
      ['throttled', 'throttled', 'throttled'],
      ['signed', 'unusable', 'signed'],
      ['signed', 'signed', 'signed'],
      ['unavailable', 'unavailable', 'unavailable'],
      ['signed', 'signed', 'signed'],
    ]);
    expect(signer.calls).toEqual([3, 3, 3, 3, 3]);
  });
});

describe('a signer directory', () => {
  const here = 31337 as ChainId;
  const there = 1337 as ChainId;

  it('lists its signers and finds each by chain and address', async () => {
    const [first, second] = [await createDevSigner(0), await createDevSigner(1)];
    const directory = createSignerDirectory([
      { chainId: here, signer: first },
      { chainId: here, signer: second },
      { chainId: there, signer: first },
    ]);
    expect(directory.list()).toEqual([
      { chainId: here, address: first.address },
      { chainId: here, address: second.address },
      { chainId: there, address: first.address },
    ]);
    expect(directory.find({ chainId: there, address: first.address })).toBe(first);
    expect(directory.find({ chainId: there, address: second.address })).toBeNull();
  });

  it('refuses one account twice on a chain', async () => {
    const signer = await createDevSigner(0);
    const twice = [
      { chainId: here, signer },
      {
        chainId: here,
        signer: await createLocalKeySigner(
          Buffer.from('ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80', 'hex'),
          'other',
        ),
      },
    ];
    expect(() => createSignerDirectory(twice)).toThrow('dev:0 and other are the same account on chain 31337');
  });
});
