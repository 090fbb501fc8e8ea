/** One edit of a source file: `find` must be there exactly once. */
interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A rule of the lifecycle, or a way of concluding from the chain, switched off in the source as the model switches it off. */
export interface Mutant {
  /** The model's name: a flag of `AS_WRITTEN`, or a tracker's variant; then what the model leaves out. */
  readonly name: string;
  readonly breaks: string;
  readonly edits: readonly Edit[];
}

const TRANSITION = 'src/domain/transaction/transition.ts';
const LIFECYCLE = 'src/domain/transaction/lifecycle.ts';
const TRACK = 'src/application/use-cases/track/track-blocks.ts';
const BYTES = 'src/domain/decisions/check-bytes.ts';
const OUTCOMES = 'src/application/use-cases/track/final-outcomes.ts';
const FORWARD = 'src/application/use-cases/track/step-forward.ts';

const drop = (file: string, find: string): Edit => ({ file, find, replace: '' });

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'rule1',
    breaks: 'a row with a live attempt takes another nonce',
    edits: [
      {
        file: TRANSITION,
        find: "if (t.liveNonce !== null && t.liveNonce !== event.nonce) return 'otherLiveNonce';",
        replace: '',
      },
      {
        file: 'src/domain/nonce/assign.ts',
        find: 'if (liveNonce === null) fresh.push(id);',
        replace: 'if (liveNonce === null || liveNonce >= 0) fresh.push(id);',
      },
    ],
  },
  {
    name: 'positiveLoss',
    breaks: 'a nonce counts as lost although the own bytes were mined at it',
    edits: [
      {
        file: LIFECYCLE,
        find: "  row('included', 'Confirmed', 'confirmed'),",
        replace: "  row('included', 'NonceLost', 'queued'),\n  row('included', 'Confirmed', 'confirmed'),",
      },
      { file: 'src/domain/decisions/observe-block.ts', find: "transaction.status !== 'included' && ", replace: '' },
    ],
  },
  {
    name: 'allAttempts',
    breaks: 'only the newest attempt is looked for',
    edits: [
      {
        file: FORWARD,
        find: '  for (const row of rows) {\n',
        replace:
          "  for (const row of rows) {\n    if (row.holder === 'transaction' && row.transaction.attemptHash !== row.hash) continue;\n",
      },
    ],
  },
  {
    name: 'writeBeforeSend',
    breaks: 'bytes that are not on record are sent',
    edits: [
      {
        file: 'src/domain/decisions/check-bytes.ts',
        find: "return attempt.hash === bytes.hash ? null : 'not_on_record';",
        replace: 'return null;',
      },
    ],
  },
  {
    name: 'version',
    breaks: 'a stale worker writes over what another one wrote',
    edits: [
      {
        file: 'src/adapters/outbound/sql/ledger/moves.ts',
        find: "const KEYS = { id: 'text', version: 'integer' }",
        replace: "const KEYS = { id: 'text' }",
      },
    ],
  },
  {
    name: 'queuedIncluded',
    breaks: 'old bytes of a queued row are mined and nobody notices',
    edits: [drop(LIFECYCLE, "  row('queued', 'Included', 'included'),\n")],
  },
  {
    name: 'expiryGuard',
    breaks: 'expired is said although an attempt may yet be mined',
    edits: [
      {
        file: LIFECYCLE,
        find: "row('queued', 'Expired', 'expired', 'noLiveAttempt')",
        replace: "row('queued', 'Expired', 'expired')",
      },
      {
        file: 'src/domain/decisions/leave-queue.ts',
        find: "transaction.liveNonce === null ? decide(transaction, { type: 'Expired' }) : fail(transaction, 'expired')",
        replace: "decide(transaction, { type: 'Expired' })",
      },
    ],
  },
  {
    name: 'freeOnLeave',
    breaks: 'a cancelled or expired row keeps its nonce',
    edits: [
      {
        file: TRANSITION,
        find: 'patch(t, { status: to, heldNonce: null, inclusion: null, retry: { ...t.retry, dueAt: null } })',
        replace: 'patch(t, { status: to, inclusion: null, retry: { ...t.retry, dueAt: null } })',
      },
    ],
  },
  {
    name: 'failedHoldsNothing',
    breaks: 'a failed row keeps its nonce',
    edits: [
      {
        file: TRANSITION,
        find: 'heldNonce: null,\n          failureCode: event.failure.code,',
        replace: 'failureCode: event.failure.code,',
      },
    ],
  },
  {
    name: 'holeAny',
    breaks: 'a hole that nobody gave back is never filled',
    edits: [
      {
        file: 'src/domain/nonce/assign.ts',
        find: 'if (!taken.has(nonce)) holes.push(nonce);',
        replace: 'if (!taken.has(nonce) && nonce > top) holes.push(nonce);',
      },
    ],
  },
  {
    name: 'releaseFromBroadcast',
    breaks: 'an evicted row keeps its nonce and holds up all behind it',
    edits: [drop(LIFECYCLE, "  row('broadcast', 'NonceReleased', 'queued'),\n")],
  },
  {
    name: 'reorgBack',
    breaks: 'a reorg revives a failed row as broadcast',
    edits: [
      {
        file: LIFECYCLE,
        find: "row('included', 'Reorged', 'broadcast', 'includedFromBroadcast')",
        replace: "row('included', 'Reorged', 'broadcast')",
      },
    ],
  },
  {
    name: 'cancelSticky',
    breaks: 'an accepted wish to cancel is forgotten when the nonce is lost',
    edits: [
      {
        file: TRANSITION,
        find: 'liveNonce: null,\n          retry: { ...t.retry, dueAt: open ? event.dueAt : null },',
        replace:
          'liveNonce: null,\n          cancelRequested: false,\n          retry: { ...t.retry, dueAt: open ? event.dueAt : null },',
      },
    ],
  },
  {
    name: 'window',
    breaks: 'MAX_IN_FLIGHT is a count from zero and keeps the lowest nonce out',
    edits: [{ file: 'src/domain/nonce/window.ts', find: 'nextNonce + maxInFlight;', replace: 'maxInFlight;' }],
  },
  {
    name: 'signFailFrees',
    breaks: 'what cannot be signed keeps its nonce',
    edits: [
      {
        file: 'src/application/use-cases/lane/sign-and-store.ts',
        find: 'releaseNonce: true',
        replace: 'releaseNonce: false',
      },
    ],
  },
  {
    name: 'revision',
    breaks: 'Confirmed shows the edited content although older bytes were mined',
    edits: [
      {
        file: TRANSITION,
        find: "t.status === 'included' && event.type !== 'CancelConfirmed' ? t.inclusion.revision : t.revision",
        replace: 't.revision',
      },
    ],
  },
  {
    name: 'tracker: number',
    breaks: 'blocks are taken by number, whatever they build on',
    edits: [
      {
        file: TRACK,
        find: 'if (at !== null && at.hash !== chain.cursor.hash) return this.back(chain, at, fence);',
        replace: '',
      },
      { file: TRACK, find: "if (next.parentHash !== chain.cursor.hash) return 'waiting';", replace: '' },
      {
        file: OUTCOMES,
        find: 'return receipt.block.hash === block.hash && receipt.hash === hash ? receipt : null;',
        replace: 'return receipt;',
      },
    ],
  },
  {
    name: 'tracker: recheck',
    breaks: 'blocks are taken by number; the receipt is asked again before Confirmed',
    edits: [
      {
        file: TRACK,
        find: 'if (at !== null && at.hash !== chain.cursor.hash) return this.back(chain, at, fence);',
        replace: '',
      },
      { file: TRACK, find: "if (next.parentHash !== chain.cursor.hash) return 'waiting';", replace: '' },
      {
        file: OUTCOMES,
        find: 'return receipt.block.hash === block.hash && receipt.hash === hash ? receipt : null;',
        replace: 'return receipt.hash === hash ? receipt : null;',
      },
    ],
  },
  {
    name: 'tracker: linkedByNo',
    breaks: 'a receipt counts whatever block it names',
    edits: [
      {
        file: OUTCOMES,
        find: 'return receipt.block.hash === block.hash && receipt.hash === hash ? receipt : null;',
        replace: 'return receipt;',
      },
    ],
  },
  {
    name: 'tracker: count',
    breaks: 'a nonce is called lost by the count at the head, not at a final block',
    edits: [
      {
        file: FORWARD,
        find: 'const finalBlock = final === block.number ? block : chain.blocks.find((known) => known.number === final);',
        replace: 'const finalBlock = block;',
      },
    ],
  },
  {
    name: 'tracker: skip',
    breaks: 'the cursor jumps over blocks while attempts are live',
    edits: [
      {
        file: TRACK,
        find: 'if (head === null || (await parts.work.anyLive(parts.chainId))) return null;',
        replace: 'if (head === null) return null;',
      },
      { file: TRACK, find: 'onlyIfNothingLive: true,', replace: '' },
    ],
  },
  {
    name: 'tracker: evidence',
    breaks: 'a count and silence write bytes off, with no other transaction at their nonce',
    edits: [
      {
        file: 'src/application/use-cases/track/traces.ts',
        find: 'return user !== undefined && !bytes.some(',
        replace: 'return !bytes.some(',
      },
    ],
  },
  {
    name: 'tracker: claims',
    breaks: 'a count that no block explains is believed at once',
    edits: [drop('src/application/use-cases/track/signer-moves.ts', "if (claim !== 'insisted') return seen;")],
  },
  {
    name: 'endpoint 2: signer',
    breaks: 'bytes of any key are sent',
    edits: [drop(BYTES, "if (bytes.from !== expected.signer) return 'wrong_signer';")],
  },
  {
    name: 'endpoint 2: fields',
    breaks: 'what the bytes pay to whom is not compared with the record',
    edits: [
      {
        file: BYTES,
        find: 'if (unsigned.to !== request.to || unsigned.valueWei !== request.valueWei || unsigned.data !== request.data)',
        replace: 'if (Number(unsigned.nonce) < 0)',
      },
    ],
  },
  {
    name: 'endpoint 2: twice',
    breaks: 'what stands in a request twice is sent twice',
    edits: [
      {
        file: 'src/application/use-cases/broadcast/verdicts.ts',
        find: 'if (twice || !maySend(',
        replace: 'if (!maySend(',
      },
    ],
  },
];
