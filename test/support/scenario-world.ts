import assert from 'node:assert/strict';
import type { Decision } from '../../src/domain/decisions/decision.ts';
import { assignNonces } from '../../src/domain/nonce/assign.ts';
import { isFinished, type FillerState } from '../../src/domain/nonce/filler.ts';
import { fillerIncluded, fillerReorged, fillerSettled, fillerSigned } from '../../src/domain/nonce/observe-filler.ts';
import type { FillerId, Millis, TransactionId, TxHash } from '../../src/domain/primitives.ts';
import type { AttemptKind } from '../../src/domain/transaction/attempt.ts';
import { isOpen, TERMINAL_STATUSES, type Status, type Transaction } from '../../src/domain/transaction/transaction.ts';
import type { Situation } from './lifecycle-model.ts';
import { ScenarioChain } from './scenario-chain.ts';
import { NOW, queued, SIGNER, txHash } from './transactions.ts';

/** Bytes of the model: what was asked for, the same at other fees, the cancel, and what was asked for after an edit. */
export type Bytes = 'bytes' | 'replacement' | 'cancel' | 'edited bytes';

interface Stored {
  readonly hash: TxHash;
  readonly nonce: number;
  readonly kind: AttemptKind;
  readonly revision: number;
}

export interface Row {
  readonly name: string;
  readonly validUntil: Millis;
  transaction: Transaction;
  /** Every bytes that were ever stored: any of them may be mined at any time. */
  readonly stored: Map<TxHash, Stored>;
  readonly live: Map<TxHash, Stored>;
  now: Millis;
}

const TERMINAL: readonly Status[] = TERMINAL_STATUSES;

/** What the database and the chain hold, in memory; everything that is decided is decided by the domain (scenario-steps.ts). */
export class ScenarioWorld {
  readonly chain = new ScenarioChain();
  readonly rows: readonly Row[];
  readonly #fillers = new Map<number, FillerState>();

  constructor(rows: number) {
    this.rows = Array.from({ length: rows }, (_, n) => ({
      name: String.fromCharCode(65 + n),
      validUntil: NOW + 1,
      transaction: queued({ id: `row-${String(n)}` as TransactionId, validUntil: NOW + 1 }),
      stored: new Map<TxHash, Stored>(),
      live: new Map<TxHash, Stored>(),
      now: NOW,
    }));
  }

  row(name: string): Row {
    const row = this.rows.find((candidate) => candidate.name === name);
    assert.ok(row, `no row ${name}`);
    return row;
  }

  /** One commit: the row moves, and its attempts with it. */
  commit(row: Row, decision: Decision | null): void {
    assert.ok(decision, `the domain refuses this for ${row.name}, ${row.transaction.status}`);
    assert.equal(decision.before, row.transaction);
    assert.notEqual(decision.timeline.length, 0, 'a move leaves a line on the timeline');
    row.transaction = { ...decision.after, version: row.transaction.version + 1 };
    if (decision.effects.attempts !== 'keep') row.live.clear();
  }

  hashOf(row: Row, nonce: number, bytes: Bytes): TxHash {
    const kinds: readonly Bytes[] = ['bytes', 'replacement', 'cancel', 'edited bytes'];
    return txHash((this.rows.indexOf(row) + 1) * 1000 + nonce * 10 + kinds.indexOf(bytes));
  }

  store(row: Row, bytes: Bytes): void {
    const nonce = row.transaction.heldNonce;
    assert.notEqual(nonce, null, 'only who holds a nonce signs');
    if (nonce === null) return;
    const kind = bytes === 'edited bytes' || bytes === 'bytes' ? 'original' : bytes;
    const attempt = { hash: this.hashOf(row, nonce, bytes), nonce, kind, revision: row.transaction.revision } as const;
    row.stored.set(attempt.hash, attempt);
    row.live.set(attempt.hash, attempt);
  }

  held(): ReadonlySet<number> {
    const rows = this.rows.flatMap(({ transaction }) => transaction.heldNonce ?? []);
    return new Set([...rows, ...this.#openFillers().map(({ nonce }) => nonce)]);
  }

  /** One of the row's live attempts that is in the chain, with its block. */
  minedOf(
    row: Row,
  ): { readonly attempt: Stored; readonly block: NonNullable<ReturnType<ScenarioChain['blockOf']>> } | null {
    for (const attempt of row.live.values()) {
      const block = this.chain.blockOf(attempt.hash);
      if (block) return { attempt, block };
    }
    return null;
  }

  fill(nonce: number): void {
    const { fillers } = assignNonces(this.chain.next, this.held(), [], Infinity);
    assert.ok(fillers.includes(nonce), `the domain sees no hole at ${String(nonce)}`);
    const filler: FillerState = {
      id: `filler-${String(nonce)}` as FillerId,
      chainId: this.rows[0]?.transaction.chainId as FillerState['chainId'],
      signer: SIGNER,
      nonce,
      version: 0,
      status: 'reserved',
      inclusion: null,
      attemptHash: null,
      tries: 0,
      dueAt: NOW,
    };
    this.#move(filler, fillerSigned(filler, txHash(900 + nonce), NOW));
  }

  mineFiller(nonce: number): void {
    const filler = this.#fillers.get(nonce);
    assert.ok(filler?.attemptHash, `no filler at ${String(nonce)}`);
    this.chain.mine(nonce, filler.attemptHash);
    const block = this.chain.blockOf(filler.attemptHash);
    assert.ok(block);
    this.#move(filler, fillerIncluded(filler, block, filler.attemptHash));
  }

  /** The tracker's work for fillers, of which the model makes no steps of their own. */
  settleFillers(): void {
    for (const filler of this.#openFillers()) {
      if (filler.inclusion && !this.chain.has(filler.inclusion.block)) this.#move(filler, fillerReorged(filler, NOW));
      else if (filler.nonce < this.chain.final) this.#move(filler, fillerSettled(filler));
    }
  }

  situation(row: Row): Situation {
    const { transaction: t } = row;
    const from = t.status === 'included' && t.includedFrom !== 'broadcast' ? ` (was ${t.includedFrom})` : '';
    return {
      status: t.status + from,
      holds: t.heldNonce !== null,
      attempt: this.#place(row),
      cancelAsked: t.cancelRequested,
      late: row.validUntil <= row.now,
      edited: t.revision > 0,
    };
  }

  #place(row: Row): string {
    const { liveNonce, heldNonce } = row.transaction;
    if (liveNonce === null) return 'none';
    const mined = this.chain.at(liveNonce);
    if (mined !== undefined) {
      const whose = mined !== 'foreign' && row.live.has(mined) ? 'ours' : "another's";
      return `${liveNonce < this.chain.final ? 'final' : 'in a block'}, ${whose}`;
    }
    if (liveNonce === heldNonce) return 'unused, held by it';
    return this.held().has(liveNonce) ? 'unused, held by another' : 'unused, held by nobody';
  }

  /** What must hold after every commit, whatever happened (docs/reliability.md). */
  assertInvariants(): void {
    const holders = new Map<number, string>();
    const holds = (nonce: number, who: string): void => {
      assert.ok(!holders.has(nonce), `${who} and ${holders.get(nonce) ?? ''} hold nonce ${String(nonce)}`);
      holders.set(nonce, who);
    };
    for (const { nonce, id } of this.#openFillers()) holds(nonce, id);
    for (const row of this.rows) {
      const { status, heldNonce, liveNonce } = row.transaction;
      const nonces = [...new Set([...row.live.values()].map(({ nonce }) => nonce))];
      assert.deepEqual(nonces, liveNonce === null ? [] : [liveNonce], `${row.name}: one nonce for all live attempts`);
      if (heldNonce !== null) {
        assert.ok(isOpen(status), `${row.name}: ${status} holds a nonce`);
        assert.ok(liveNonce === null || liveNonce === heldNonce, `${row.name} holds another nonce than its bytes have`);
        holds(heldNonce, row.name);
      }
      assert.ok(!TERMINAL.includes(status) || row.live.size === 0, `${row.name}: ${status} with a live attempt`);
      const inChain = [...row.stored.keys()].filter((hash) => this.chain.blockOf(hash) !== null);
      assert.ok(inChain.length <= 1, `${row.name} was executed twice`);
    }
  }

  #openFillers(): FillerState[] {
    return [...this.#fillers.values()].filter((filler) => !isFinished(filler));
  }

  #move(before: FillerState, after: FillerState | null): void {
    assert.ok(after, `the domain refuses this for the filler, ${before.status}`);
    this.#fillers.set(after.nonce, after);
  }
}
