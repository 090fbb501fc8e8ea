import type { Codec } from './codec.ts';
import { createNativeCodec } from './native.ts';
import { createPortableCodec } from './portable.ts';

/** The native codec where its addon loads, else the portable one; `kind` says which. */
export async function chooseCodec(): Promise<Codec> {
  return (await createNativeCodec()) ?? createPortableCodec();
}
