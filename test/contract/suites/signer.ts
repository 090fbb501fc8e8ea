import fc from 'fast-check';
import { recoverAddress } from 'viem';
import { describe, expect, it } from 'vitest';
import type { Signer, SignOutcome } from '../../../src/application/ports/signer.ts';

const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const hex = (bytes: Uint8Array): `0x${string}` => `0x${Buffer.from(bytes).toString('hex')}`;

/** What every Signer does. `runs`: of each property; few for one that a service behind it makes slow. */
export function signerSuite(create: () => Promise<Signer>, { runs }: { readonly runs: number }): void {
  const signatureOf = (outcome: SignOutcome | undefined): Uint8Array => {
    if (outcome?.kind !== 'signed') throw new Error('not signed');
    return outcome.signature;
  };

  describe('as a signer', () => {
    it('names its account in lower case and itself by a label', async () => {
      const signer = await create();
      expect(signer.address).toMatch(/^0x[0-9a-f]{40}$/);
      expect(signer.label).not.toBe('');
    });

    it('signs any digest so that its address is recovered, with s in the lower half', async () => {
      const signer = await create();
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (digest) => {
          const signature = signatureOf((await signer.sign([digest]))[0]);
          expect(signature).toHaveLength(65);
          expect([0, 1]).toContain(signature[64]);
          expect(BigInt(hex(signature.subarray(32, 64))) <= HALF_ORDER).toBe(true);
          const compact = {
            r: hex(signature.subarray(0, 32)),
            s: hex(signature.subarray(32, 64)),
            yParity: signature[64],
          };
          const recovered = await recoverAddress({
            hash: hex(digest),
            signature: compact as typeof compact & { yParity: number },
          });
          expect(recovered.toLowerCase()).toBe(signer.address);
        }),
        { numRuns: runs },
      );
    });

    it('answers in order, nothing for nothing', async () => {
      const signer = await create();
      const digests = [1, 2, 3].map((fill) => new Uint8Array(32).fill(fill));
      const outcomes = await signer.sign(digests);
      expect(outcomes).toHaveLength(3);
      for (const [index, digest] of digests.entries()) {
        const signature = Buffer.from(signatureOf(outcomes[index]));
        const serialized =
          `0x${signature.subarray(0, 64).toString('hex')}${signature[64] === 0 ? '1b' : '1c'}` as const;
        expect((await recoverAddress({ hash: hex(digest), signature: serialized })).toLowerCase()).toBe(signer.address);
      }
      expect(await signer.sign([])).toEqual([]);
    });

    it('fails a digest that is none without harm to its neighbours', async () => {
      const signer = await create();
      const outcomes = await signer.sign([new Uint8Array(32), new Uint8Array(31), new Uint8Array(32)]);
      expect(outcomes.map((outcome) => outcome.kind)).toEqual(['signed', 'failed', 'signed']);
    });

    it('shows no key to whoever prints it', async () => {
      const signer = await create();
      expect(Object.keys(signer).filter((key) => /key|secret/i.test(key))).toEqual([]);
      expect(JSON.stringify(signer)).not.toMatch(/[0-9a-f]{64}/);
    });
  });
}
