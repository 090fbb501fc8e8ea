import assert from 'node:assert/strict';
import { cancelUnsigned } from '../../src/domain/decisions/cancel.ts';
import { checkBeforeNonce } from '../../src/domain/decisions/check-before-nonce.ts';
import { decide, undecided, type Decision } from '../../src/domain/decisions/decision.ts';
import { leaveQueue } from '../../src/domain/decisions/leave-queue.ts';
import {
  observeFinality,
  observeInclusion,
  observeNonceLost,
  observeReorg,
} from '../../src/domain/decisions/observe-block.ts';
import { retryFailed } from '../../src/domain/decisions/retry.ts';
import { retryOrFail } from '../../src/domain/decisions/retry-or-fail.ts';
import { settleBroadcast } from '../../src/domain/decisions/settle-broadcast.ts';
import { assignNonces } from '../../src/domain/nonce/assign.ts';
import type { NodeErrorClass } from '../../src/domain/node-answer/node-error-class.ts';
import type { Bytes, Row, ScenarioWorld } from './scenario-world.ts';
import { answered, NOW, TRY } from './transactions.ts';

type Step = (world: ScenarioWorld, row: Row, detail: string) => void;

/** Budgets that leave one more try, or none. */
const MORE = { ...TRY, policy: { ...TRY.policy, maxRetries: 1_000 } };
const NO_MORE = { ...TRY, policy: { ...TRY.policy, maxRetries: 0 } };

const stored: Step = (world, row, bytes) => {
  const wasQueued = row.transaction.status === 'queued';
  const { heldNonce } = row.transaction;
  assert.notEqual(heldNonce, null);
  const hash = world.hashOf(row, heldNonce ?? NaN, bytes as Bytes);
  const kind = bytes === 'cancel' || bytes === 'replacement' ? bytes : 'original';
  world.store(row, bytes as Bytes);
  world.commit(row, decide(row.transaction, { type: wasQueued ? 'Signed' : 'AttemptAdded', hash, kind, dueAt: NOW }));
};

/** What a node says of the row's newest bytes. */
const nodeSays = (row: Row, answer: NodeErrorClass | 'taken'): Decision | null => {
  const { attemptHash: hash, heldNonce: nonce } = row.transaction;
  assert.ok(hash !== null && nonce !== null);
  return settleBroadcast(row.transaction, {
    ...answered(
      answer === 'taken'
        ? { kind: 'taken' }
        : { kind: 'error', class: answer, message: `a node's words for ${answer}`, retryAfterMs: null },
      { attempt: { hash, nonce } },
    ),
    ...MORE,
  });
};

const reserved: Step = (world, row, nonce) => {
  const due = [{ id: row.name, liveNonce: row.transaction.liveNonce }];
  // The tracker's cursor may lag behind the head: the final part is what all views agree on.
  const choices = [world.chain.next, world.chain.final].map((next) =>
    assignNonces(next, world.held(), due, Infinity).given.get(row.name),
  );
  assert.ok(choices.includes(Number(nonce)), `${row.name} is given ${choices.join(' or ')}, not ${nonce}`);
  world.commit(row, decide(row.transaction, { type: 'NonceReserved', nonce: Number(nonce) }));
};

const failed: Step = (world, row) => {
  const { transaction: t } = row;
  if (t.status !== 'queued') {
    world.commit(row, nodeSays(row, 'invalid'));
  } else if (t.heldNonce !== null) {
    world.commit(row, retryOrFail(t, NO_MORE, 'cannotSign', { releaseNonce: true, nodeMessage: null }));
  } else {
    const checked = checkBeforeNonce(t, {
      ...TRY,
      estimate: { kind: 'error', class: 'reverted', message: 'execution reverted', reason: null },
      lowerOpen: false,
      pauseMs: 2_000,
    });
    assert.equal(checked.kind, 'notYet');
    world.commit(row, checked.decision);
  }
};

const clientCancels: Step = (world, row) => {
  const { transaction: t } = row;
  const atOnce = cancelUnsigned(t, null);
  assert.equal(
    atOnce !== null,
    t.status === 'queued' && row.live.size === 0,
    'at once only where nothing can be mined',
  );
  world.commit(row, atOnce ?? decide(t, { type: 'CancelRequested', dueAt: NOW }));
};

const included: Step = (world, row) => {
  const mined = world.minedOf(row);
  assert.ok(mined, `${row.name} is in no block`);
  const { hash, kind, revision } = mined.attempt;
  world.commit(row, observeInclusion(row.transaction, { block: mined.block, hash, kind, revision }));
};

const reorged: Step = (world, row) => {
  const { transaction: t } = row;
  assert.ok(t.status === 'included' && !world.chain.has(t.inclusion.block), 'its block is still there');
  world.commit(row, observeReorg(t, t.inclusion.block, NOW));
};

const final: Step = (world, row) => {
  const { transaction: t } = row;
  assert.equal(t.status, 'included');
  // The model lets bytes that were mined anew after a reorg stay included; the tracker says both in the commit of its step.
  if (!world.chain.has(t.inclusion.block)) {
    reorged(world, row, '');
    included(world, row, '');
  }
  const mined = world.minedOf(row);
  assert.ok(mined && mined.attempt.nonce < world.chain.final, `${row.name} is not final`);
  const isCancel = mined.attempt.kind === 'cancel';
  const before = undecided(row.transaction);
  assert.equal(observeFinality(before, false)?.after.status, isCancel ? 'cancelled' : 'reverted');
  world.commit(row, observeFinality(before, true));
};

const lost: Step = (world, row) => {
  assert.equal(world.minedOf(row), null, `${row.name} is in the chain`);
  world.commit(row, observeNonceLost(row.transaction, world.chain.final, NOW));
};

const retried =
  (edits: number): Step =>
  (world, row) => {
    const revision = row.transaction.revision + edits;
    world.commit(row, retryFailed(row.transaction, { revision, validUntil: row.validUntil, now: NOW }, null));
  };

const leaves =
  (status: string): Step =>
  (world, row) => {
    world.commit(row, leaveQueue(row.transaction, row.now));
    assert.equal(row.transaction.status, status);
  };

const released: Step = (world, row) => {
  world.commit(row, nodeSays(row, 'insufficientFunds'));
};
const cannotSign: Step = (world, row) => {
  world.commit(row, retryOrFail(row.transaction, MORE, 'cannotSign', { releaseNonce: true, nodeMessage: null }));
};

/** The sentences in which the model tells what happens to a row. */
const OF_ROWS: readonly (readonly [RegExp, Step])[] = [
  [/^reserves nonce (\d+)$/, reserved],
  [/^(bytes|replacement|cancel|edited bytes) signed and stored$/, stored],
  [/^store (replacement|cancel) ?(?:bytes)?$/, stored],
  [/^node takes bytes \(Published\)$/, (world, row) => world.commit(row, nodeSays(row, 'taken'))],
  [/^give nonce back: no funds \(NonceReleased\)$/, released],
  [/^give nonce back: cannot sign$/, cannotSign],
  [/^Failed$/, failed],
  [/^client cancels$/, clientCancels],
  [/^cancelled: nothing can be mined$/, leaves('cancelled')],
  [/^validUntil passes$/, (_, row) => (row.now = row.validUntil)],
  [/^past validUntil -> expired$/, leaves('expired')],
  [/^past validUntil -> failed, for an attempt may still be mined$/, leaves('failed')],
  [/^operator retries$/, retried(0)],
  [/^operator edits and retries$/, retried(1)],
  [/^NonceLost$/, lost],
  [/^tracker: Included$/, included],
  [/^tracker: Reorged$/, reorged],
  [/^tracker: final \(Confirmed\)$/, final],
];

/** Does to the world what the model's sentence says, through the domain; throws where the domain does otherwise. */
export function take(world: ScenarioWorld, text: string): void {
  const [, name, what] = /^([A-Z]): (.*)$/.exec(text) ?? [];
  if (name === undefined || what === undefined) {
    happens(world, text);
  } else {
    const found = OF_ROWS.map(([pattern, step]) => ({ match: pattern.exec(what), step })).find(({ match }) => match);
    assert.ok(found, `no such step: ${text}`);
    found.step(world, world.row(name), found.match?.[1] ?? '');
  }
  world.settleFillers();
}

/** What the chain does, and what fills a hole. */
function happens(world: ScenarioWorld, text: string): void {
  const [, nonce, code = ''] = /^MINED at nonce (\d+): (.*)$/.exec(text) ?? [];
  const [, hole] = /^hole (\d+) is filled with a self-transfer$/.exec(text) ?? [];
  const [, depth] = /^REORG of depth (\d+)$/.exec(text) ?? [];
  if (hole !== undefined) world.fill(Number(hole));
  else if (depth !== undefined) world.chain.reorg(Number(depth));
  else if (text === 'a block is built on top') world.chain.build();
  else if (code === 'filler') world.mineFiller(Number(nonce));
  else if (code === 'foreign/other') world.chain.mine(Number(nonce), 'foreign');
  else {
    const [, name = '', bytes] = /^([A-Z])'s (.*)$/.exec(code) ?? [];
    assert.ok(nonce !== undefined && bytes !== undefined, `no such step: ${text}`);
    const row = world.row(name);
    const hash = world.hashOf(row, Number(nonce), bytes as Bytes);
    assert.ok(row.stored.has(hash), `${text}: never stored`);
    world.chain.mine(Number(nonce), hash);
  }
}
