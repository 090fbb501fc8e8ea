/**
 * What a signer's bytes under way may cost at most, by nonce, as far as this process signed them: the cheap check that keeps what cannot
 * be paid out of the queue of nonces. After a restart it knows less, and the node's own `insufficient funds` is what remains.
 */
export class FundsInFlight {
  private readonly costs = new Map<number, bigint>();

  set(nonce: number, costWei: bigint): void {
    this.costs.set(nonce, costWei);
  }

  /** The most that these nonces may cost. */
  of(nonces: readonly number[]): bigint {
    return nonces.reduce((total, nonce) => total + (this.costs.get(nonce) ?? 0n), 0n);
  }

  /** What is below is paid. */
  forgetBelow(nextNonce: number): void {
    for (const nonce of this.costs.keys()) if (nonce < nextNonce) this.costs.delete(nonce);
  }
}
