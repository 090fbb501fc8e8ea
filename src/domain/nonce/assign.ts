/** A due row that wants a nonce. */
export interface NonceSeeker<Id> {
  readonly id: Id;
  /** The nonce that its live attempts share, or null (invariant 1). */
  readonly liveNonce: number | null;
}

export interface Assignment<Id> {
  readonly given: ReadonlyMap<Id, number>;
  /** Holes that no due row takes: a filler each, in the same commit. */
  readonly fillers: readonly number[];
  /** Rows whose own nonce is held by another or used: only the tracker, or that holder, ends their wait. */
  readonly waiting: readonly Id[];
}

/** One wrong count may leave a gap of billions, which nobody can list: no further is looked at once. */
const MOST_HOLES = 10_000;

/**
 * Who gets which nonce (invariants 1 and 4; docs/rules.md, "Who gets a free nonce").
 * Rows with live attempts take that nonce or none. The others take the holes, lowest first, in their order; what is left of the holes
 * gets fillers; then come new nonces, without a gap, up to `ceiling` (exclusive).
 * @param nextNonce the account's nonce count at the tracker's cursor, never a node's `pending` (docs/rules.md, failure 15)
 * @param held every nonce that a row or a filler holds; those below `nextNonce` do not matter
 */
export function assignNonces<Id>(
  nextNonce: number,
  held: ReadonlySet<number>,
  due: readonly NonceSeeker<Id>[],
  ceiling: number,
): Assignment<Id> {
  const taken = new Set<number>();
  let top = nextNonce; // one above the highest nonce that is held or given
  for (const nonce of held) {
    if (nonce < nextNonce) continue;
    taken.add(nonce);
    top = Math.max(top, nonce + 1);
  }
  const given = new Map<Id, number>();
  const waiting: Id[] = [];
  const fresh: Id[] = [];
  const take = (id: Id, nonce: number): void => {
    taken.add(nonce);
    given.set(id, nonce);
    top = Math.max(top, nonce + 1);
  };
  for (const { id, liveNonce } of due) {
    if (liveNonce === null) fresh.push(id);
    else if (liveNonce >= nextNonce && !taken.has(liveNonce)) take(id, liveNonce);
    else waiting.push(id);
  }
  const holes: number[] = [];
  for (let nonce = nextNonce; nonce < Math.min(top, nextNonce + MOST_HOLES); nonce++)
    if (!taken.has(nonce)) holes.push(nonce);
  let at = 0;
  for (const nonce of holes.splice(0, Math.min(holes.length, fresh.length))) {
    given.set(fresh[at++] as Id, nonce);
  }
  while (at < fresh.length && top < ceiling) given.set(fresh[at++] as Id, top++);
  return { given, fillers: holes, waiting };
}

/** Nonces from the chain's next on that nobody holds below one that is held: what is shown as gaps and what is healed. */
export function holesOf(nextNonce: number, held: readonly number[]): readonly number[] {
  return assignNonces(nextNonce, new Set(held), [], 0).fillers;
}
