import type { Signer, SignerDirectory } from '../../../application/ports/signer.ts';
import { signerKeyText, type ChainId, type SignerKey } from '../../../domain/primitives.ts';

/** @throws Error where two signers of a chain have one address: each would give out the other's nonces */
export function createSignerDirectory(
  entries: readonly { readonly chainId: ChainId; readonly signer: Signer }[],
): SignerDirectory {
  const signers = new Map<string, Signer>();
  const keys: SignerKey[] = [];
  for (const { chainId, signer } of entries) {
    const key: SignerKey = { chainId, address: signer.address };
    const other = signers.get(signerKeyText(key));
    if (other) throw new Error(`${other.label} and ${signer.label} are the same account on chain ${chainId}`);
    signers.set(signerKeyText(key), signer);
    keys.push(key);
  }
  return { list: () => keys, find: (key) => signers.get(signerKeyText(key)) ?? null };
}
