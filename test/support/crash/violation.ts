/** `lost`: accepted, and not done. `doubled`: on chain, or on record, more than once. `stuck`: not finished in time. */
export type ViolationKind = 'lost' | 'doubled' | 'stuck' | 'contradiction';

/** Something that must not be, whatever was killed when. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly kind: ViolationKind;

  constructor(kind: ViolationKind, what: string) {
    super(`${kind}: ${what}`);
    this.kind = kind;
  }
}

export function insist(condition: boolean, kind: ViolationKind, what: string): asserts condition {
  if (!condition) throw new Violation(kind, what);
}
