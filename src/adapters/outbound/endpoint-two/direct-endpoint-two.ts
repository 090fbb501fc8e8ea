import type { EndpointTwo, SubmitItem } from '../../../application/ports/endpoint-two.ts';
import type { ValidateAndBroadcast } from '../../../application/use-cases/inbound.ts';

/** Endpoint 2 in the same process. What the use case throws is what HTTP would answer with a 5xx: our own trouble, and not the transactions'. */
export class DirectEndpointTwo implements EndpointTwo {
  readonly #validateAndBroadcast: ValidateAndBroadcast;

  constructor(validateAndBroadcast: ValidateAndBroadcast) {
    this.#validateAndBroadcast = validateAndBroadcast;
  }

  async submit(items: readonly SubmitItem[]): ReturnType<EndpointTwo['submit']> {
    if (items.length === 0) return { kind: 'answered', results: [] };
    try {
      return { kind: 'answered', results: await this.#validateAndBroadcast.submit(items) };
    } catch (error) {
      return { kind: 'notReached', message: `endpoint 2 failed: ${error instanceof Error ? error.name : 'unknown'}` };
    }
  }
}
