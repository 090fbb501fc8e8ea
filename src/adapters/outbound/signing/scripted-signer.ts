import type { Signer, SignOutcome } from '../../../application/ports/signer.ts';

type Refusal = Extract<SignOutcome, { kind: 'failed' }>['reason'];

/** What one call answers: the same for all of its digests, or one for each (those beyond the list are signed). */
export type ScriptedAnswer = 'sign' | Refusal | readonly ('sign' | Refusal)[];

/** Stands in for a signing service that has its days: answers the calls by its script, and signs where the script has ended. */
export class ScriptedSigner implements Signer {
  readonly address;
  readonly label: string;
  /** How many digests each call so far had. */
  readonly calls: number[] = [];
  readonly #signer: Signer;
  readonly #script: ScriptedAnswer[] = [];

  /** `signer` makes the signatures of what is signed. */
  constructor(signer: Signer) {
    this.#signer = signer;
    this.address = signer.address;
    this.label = `scripted ${signer.label}`;
  }

  /** Adds the answers of the next calls to the end of the script. */
  answer(...answers: readonly ScriptedAnswer[]): this {
    this.#script.push(...answers);
    return this;
  }

  async sign(digests: readonly Uint8Array[]): Promise<readonly SignOutcome[]> {
    this.calls.push(digests.length);
    const answer = this.#script.shift() ?? 'sign';
    const signed = await this.#signer.sign(digests);
    return signed.map((outcome, index) => {
      const one = typeof answer === 'string' ? answer : (answer[index] ?? 'sign');
      return one === 'sign' ? outcome : { kind: 'failed', reason: one, message: `${one}, as scripted` };
    });
  }
}
