import type { Random } from '../../../src/application/ports/clock.ts';
import type { Address } from '../../../src/domain/primitives.ts';

/** What the client wants done, and what must come of it. */
export interface Wish {
  readonly key: string;
  readonly body: Readonly<Record<string, string>>;
  /** Nobody else pays it, so its balance says how often this was done. */
  readonly payee: Address;
  readonly paidWei: bigint;
  readonly end: 'confirmed' | 'cancelled';
}

/** More than a signer of the chain has. */
const TOO_MUCH_WEI = 20_000n * 10n ** 18n;
/** Init code that reverts: PUSH1 0, PUSH1 0, REVERT. */
const REVERTING_CREATION = '0x60006000fd';

/** The same wishes for the same seed. */
export class Wishes {
  readonly #random: Random;
  readonly #label: string;
  #made = 0;

  constructor(random: Random, label: string) {
    this.#random = random;
    this.#label = label;
  }

  payment(from?: Address): Wish {
    const { key, payee, paidWei } = this.#next();
    const body = { to: payee, value: paidWei.toString(), ...(from === undefined ? {} : { from }) };
    return { key, payee, paidWei, body, end: 'confirmed' };
  }

  payments(count: number): Wish[] {
    return Array.from({ length: count }, () => this.payment());
  }

  /** Waits unsigned until it is cancelled. */
  unpayable(): Wish {
    const { key, payee } = this.#next();
    return { key, payee, paidWei: 0n, body: { to: payee, value: TOO_MUCH_WEI.toString() }, end: 'cancelled' };
  }

  /** Fails, and pays once an operator has made a payment of it. */
  reverting(): Wish {
    const { key, payee, paidWei } = this.#next();
    return { key, payee, paidWei, body: { data: REVERTING_CREATION }, end: 'confirmed' };
  }

  #next(): { readonly key: string; readonly payee: Address; readonly paidWei: bigint } {
    this.#made += 1;
    const word = (): string =>
      Math.floor(this.#random.next() * 2 ** 32)
        .toString(16)
        .padStart(8, '0');
    return {
      key: `${this.#label}-${this.#made}`,
      payee: `0x${word()}${word()}${word()}${word()}${word()}` as Address,
      paidWei: BigInt(1 + Math.floor(this.#random.next() * 1_000_000)),
    };
  }
}
