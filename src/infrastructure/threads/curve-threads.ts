import { chooseRecovery } from '../../adapters/outbound/codec/choose.ts';
import type { RecoverPublicKeys } from '../../adapters/outbound/codec/codec.ts';
import { signHere, type SignDigests } from '../../adapters/outbound/signing/sign-digests.ts';
import { asUnavailable } from './as-unavailable.ts';
import { keysOf, packed, packedRecoverables, RESULT_BYTES, unpacked, type SignCall } from './curve-calls.ts';
import { Thread } from './thread.ts';

/**
 * The arithmetic of the curve, most of what a transaction costs this process, beside everything else it does.
 * @throws {LedgerUnavailable} each of them, where a thread has ended: it answers nothing any more
 */
export interface CurveThreads {
  readonly sign: SignDigests;
  readonly recover: RecoverPublicKeys;
  close(): Promise<void>;
}

/** Fewer are done here and now: the way to a thread and back would take longer. */
const WORTH_THE_WAY = 4;

/** @param count 0: everything is done here */
export function startCurveThreads(count: number, onFailure: (error: Error) => void): CurveThreads {
  const threads = Array.from({ length: count }, () => new Thread('curve-thread', null, onFailure));
  const recoverHere = chooseRecovery();
  let next = 0;
  /** A batch in as many pieces as there are threads, the first of them on another thread each time. */
  const spread = async <Item, Result>(
    items: readonly Item[],
    send: (thread: Thread, piece: readonly Item[]) => Promise<readonly Result[]>,
  ): Promise<readonly Result[]> => {
    const size = Math.max(Math.ceil(items.length / threads.length), WORTH_THE_WAY);
    const pieces: Promise<readonly Result[]>[] = [];
    for (let at = 0; at < items.length; at += size)
      pieces.push(send(threads[next++ % threads.length] as Thread, items.slice(at, at + size)));
    return (await asUnavailable(Promise.all(pieces))).flat();
  };
  const here = (items: readonly unknown[]): boolean => threads.length === 0 || items.length < WORTH_THE_WAY;
  return {
    sign: (key, digests) =>
      here(digests)
        ? signHere(key, digests)
        : spread(digests, async (thread, piece) => {
            const call: SignCall = { key, digests: packed(piece) };
            return unpacked(await thread.call<Uint8Array>('sign', call), RESULT_BYTES);
          }),
    recover: (items) =>
      here(items)
        ? recoverHere(items)
        : spread(items, async (thread, piece) =>
            keysOf(await thread.call<Uint8Array>('recover', packedRecoverables(piece))),
          ),
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}
