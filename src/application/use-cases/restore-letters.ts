import type { DeadLetters } from '../ports/dead-letters.ts';
import type { OpenFailure, Work } from '../ports/work.ts';
import { letterOf } from './letter-of.ts';

export interface RestoreParts {
  readonly work: Pick<Work, 'openFailures'>;
  readonly letters: DeadLetters;
}

const PAGE = 1_000;
/** What the queue in the process holds; older ones would only push newer ones out. */
const MOST = 10_000;

/**
 * Puts the letters of failures that are still open back into a dead-letter queue that does not outlive its process. Run before anything
 * can resolve one of them. Gives how many there are.
 */
export class RestoreLetters {
  constructor(private readonly parts: RestoreParts) {}

  async run(): Promise<number> {
    const found: OpenFailure[] = [];
    for (let full = true; full && found.length < MOST;) {
      const page = await this.parts.work.openFailures(PAGE, found.at(-1) ?? null);
      found.push(...page);
      full = page.length === PAGE;
    }
    // Found newest first; in the queue the oldest comes first.
    const letters = found.reverse().map(({ transactionId, code, at }) => letterOf(transactionId, code, at));
    await this.parts.letters.put(letters);
    return letters.length;
  }
}
