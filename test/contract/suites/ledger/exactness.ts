import { describe, expect, it } from 'vitest';
import type { Hex } from '../../../../src/domain/primitives.ts';
import { fresh, type OpenStorage } from '../../../support/storage.ts';
import {
  attemptOf,
  commit,
  content,
  event,
  LANE,
  newTransaction,
  put,
  request,
  transactionId,
} from '../../../support/stored.ts';
import { failed, NOW, signed, txHash } from '../../../support/transactions.ts';

const MOST = 2n ** 256n - 1n;
const TEXTS: readonly string[] = [
  '',
  'NUL \u0000 in the middle, and at the end \u0000',
  'emoji 👩‍🚀 and \u202e marks',
  `quotes ' " \` and \\ and ; DROP TABLE transactions; --`,
  '$.id $[0] ? ?? :name @x $1',
  '{"json": ["inside", null]}',
  '\u2028 \u2029 \r\n \t \u001b[31m',
];

/** What goes in comes out, to the last bit. */
export function exactnessSuite(open: OpenStorage): void {
  const storage = fresh(open);

  describe('values', () => {
    it.each([0n, 1n, 2n ** 53n + 1n, 2n ** 63n, MOST])('keep %s wei exactly', async (wei) => {
      const asked = request({ valueWei: wei, gasLimit: wei, maxFeePerGasWei: wei, maxPriorityFeePerGasWei: wei });
      const row = await put(storage(), 1, signed(), {
        accepted: { content: content({ request: asked }) },
        attempt: { gasLimit: wei, maxFeePerGasWei: wei, maxPriorityFeePerGasWei: wei },
      });
      await commit(storage(), { signers: [{ key: LANE, balanceWei: wei }] });
      const found = (await storage().work.forBroadcast([row.id])).get(row.id);
      expect(found).toMatchObject({ request: asked });
      expect(await attemptOf(storage(), row.id)).toMatchObject({
        gasLimit: wei,
        maxFeePerGasWei: wei,
        maxPriorityFeePerGasWei: wei,
      });
      const [competitor] = await storage().work.competitors(LANE, [7]);
      expect(competitor).toMatchObject({ gasLimit: wei, maxFeePerGasWei: wei });
      expect((await storage().work.lane(LANE)).signer.balanceWei).toBe(wei);
    });

    it.each(TEXTS)('keep the text %j wherever one may stand', async (text) => {
      const detail = { [text]: text, nested: { list: [text, null, 1.5, true] } };
      const item = newTransaction(1, { client: `shop${text}`, content: content({ metadata: detail }) });
      const row = await put(storage(), 1, failed({ retry: { count: 1, dueAt: null, lastError: 'unknown' } }), {
        accepted: item,
      });
      await commit(storage(), {
        attempts: [{ hash: txHash(7), error: { class: 'unknown', message: text } }],
        events: [event(row.id, { actor: `user:${text}`, detail })],
        failures: [
          { kind: 'opened', transactionId: row.id, code: 'would_revert', message: text, nodeMessage: text },
          { kind: 'closed', transactionId: row.id, by: `user:${text}`, reason: text },
        ],
        audit: [
          { actor: `user:${text}`, action: 'retry', transactionId: row.id, reason: text, detail, requestId: text },
        ],
        revisions: [{ transactionId: row.id, number: 1, author: `user:${text}`, reason: text, content: content() }],
        signers: [{ key: LANE, paused: { reason: text, at: NOW } }],
      });
      expect(await storage().views.one(row.id, `shop${text}`)).toMatchObject({
        client: `shop${text}`,
        metadata: detail,
        failure: { message: text, nodeMessage: text },
        closed: { by: `user:${text}`, reason: text },
        attempts: [{ error: { class: 'unknown', message: text } }],
        events: [{ actor: `user:${text}`, detail }],
      });
      const { items } = await storage().views.audit(1, null);
      expect(items).toMatchObject([{ actor: `user:${text}`, reason: text, detail, requestId: text }]);
      expect((await storage().work.lane(LANE)).signer.paused?.reason).toBe(text);
    });

    it('keep lone surrogates in JSON', async () => {
      const metadata = { '\ud800': ['\udc00 and \ud83d', '😀'] };
      const row = await put(storage(), 1, signed(), { accepted: { content: content({ metadata }) } });
      await commit(storage(), { events: [event(row.id, { detail: metadata })] });
      expect(await storage().views.one(row.id)).toMatchObject({ metadata, events: [{ detail: metadata }] });
    });

    it('keep 128 KiB of data and 16 KiB of metadata', async () => {
      const data: Hex = `0x${'00ff'.repeat(64 * 1024)}`;
      const metadata = { text: '€'.repeat(5 * 1024) };
      const asked = request({ data });
      const row = await put(storage(), 1, signed(), {
        accepted: { content: content({ request: asked, metadata }) },
        attempt: { raw: data },
      });
      expect(
        (await storage().work.toResubmit(LANE, { now: NOW, belowNonce: 100, limit: 1, recovery: null }))[0]?.raw,
      ).toBe(data);
      expect(await storage().views.one(row.id)).toMatchObject({ request: asked, metadata });
    });

    it('keep fifty of the largest requests in one commit', async () => {
      const data: Hex = `0x${'ab'.repeat(128 * 1024)}`;
      const items = Array.from({ length: 50 }, (_, n) =>
        newTransaction(n, { content: content({ request: request({ data }) }) }),
      );
      await commit(storage(), { accepted: items });
      const last = (await storage().work.forBroadcast([transactionId(49)])).get(transactionId(49));
      expect(last).toMatchObject({ request: { data } });
    });
  });
}
