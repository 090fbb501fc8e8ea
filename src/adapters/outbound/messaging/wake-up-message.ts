import { z } from 'zod';
import type { WakeUp } from '../../../application/change-set.ts';
import type { Address, ChainId, HolderId } from '../../../domain/primitives.ts';

const VERSION = 1;
const IDS_PER_MESSAGE = 500;
/** SQS bills in 64 kB and SNS takes 256 kB in a batch of ten at most, so four of these fit. */
const BYTES_PER_MESSAGE = 60_000;

/** `{v, chain, signer, ids, notBefore?}`: a hint and never data. Fields that a later version adds are let pass. */
const message = z.object({
  v: z.literal(VERSION),
  chain: z.int().positive(),
  signer: z.string().regex(/^0x[0-9a-f]{40}$/),
  ids: z.array(z.string().min(1).max(64)).max(IDS_PER_MESSAGE),
  notBefore: z.int().nonnegative().optional(),
});

/** As many messages as the limits ask for; one where there are no ids, since the lane itself is the hint. */
export function toMessages(wakeUp: WakeUp): readonly string[] {
  const { ids } = wakeUp;
  if (ids.length <= IDS_PER_MESSAGE) {
    const body = serialise(wakeUp);
    if (ids.length <= 1 || Buffer.byteLength(body) <= BYTES_PER_MESSAGE) return [body];
  }
  const half = ids.length > IDS_PER_MESSAGE ? IDS_PER_MESSAGE : Math.ceil(ids.length / 2);
  const part = (from: number, to: number) => toMessages({ ...wakeUp, ids: ids.slice(from, to) });
  return [...part(0, half), ...part(half, ids.length)];
}

const serialise = ({ signer, ids, notBefore }: WakeUp): string =>
  JSON.stringify({ v: VERSION, chain: signer.chainId, signer: signer.address, ids, notBefore });

/** null: nobody of this version can read it. */
export function fromMessage(body: string): WakeUp | null {
  const parsed = message.safeParse(parseJson(body));
  if (!parsed.success) return null;
  const { chain, signer, ids, notBefore } = parsed.data;
  return {
    signer: { chainId: chain as ChainId, address: signer as Address },
    ids: ids as HolderId[],
    ...(notBefore === undefined ? {} : { notBefore }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
