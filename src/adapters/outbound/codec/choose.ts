import type { Codec, RecoverPublicKeys } from './codec.ts';
import { createNativeCodec, recoverNatively } from './native.ts';
import { createPortableCodec, recoverPortably } from './portable.ts';

/**
 * The native codec where its addon loads, else the portable one; `kind` says which.
 * @param elsewhere makes the recoveries, with what `chooseRecovery` gives there
 */
export async function chooseCodec(elsewhere?: RecoverPublicKeys): Promise<Codec> {
  return recoverNatively() === null ? createPortableCodec(elsewhere) : ((await createNativeCodec(elsewhere)) as Codec);
}

export const chooseRecovery = (): RecoverPublicKeys => recoverNatively() ?? recoverPortably;
