import { describe, expect, it } from 'vitest';
import { chooseCodec } from '../../src/adapters/outbound/codec/choose.ts';
import type { Codec } from '../../src/adapters/outbound/codec/codec.ts';
import { createNativeCodec } from '../../src/adapters/outbound/codec/native.ts';
import { createPortableCodec } from '../../src/adapters/outbound/codec/portable.ts';
import { transactionCodecSuite } from './suites/transaction-codec.ts';

const native = await createNativeCodec();

describe.runIf(native !== null)('the native codec', () => {
  transactionCodecSuite(async () => native as Codec, { runs: 500 });
});

describe('the portable codec', () => {
  transactionCodecSuite(createPortableCodec, { runs: 60 });
});

describe('choosing a codec', () => {
  it('takes the native one wherever its addon loads', async () => {
    expect((await chooseCodec()).kind).toBe(native === null ? 'portable' : 'native');
  });
});
