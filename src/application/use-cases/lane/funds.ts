/**
 * What a signer's bytes under way may cost at most, by nonce, as far as this process signed them: the cheap check that keeps what cannot
 * be paid out of the queue of nonces. After a restart it knows less, and the node's own `insufficient funds` is what remains.
 */
export class FundsInFlight {
  private readonly costs = new Map<number, bigint>();

  set(nonce: number, costWei: bigint): void {
    this.costs.set(nonce, costWei);
  }

  /** The most that nonces from `nextNonce` on may cost; what is below is paid and forgotten. */
  from(nextNonce: number): bigint {
    let total = 0n;
    for (const [nonce, cost] of this.costs) {
      if (nonce < nextNonce) this.costs.delete(nonce);
      else total += cost;
    }
    return total;
  }
}
