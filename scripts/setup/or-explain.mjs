import { say } from './say.mjs';

/**
 * Runs a step of the setup. Where it fails a person reads the reason, not a stack.
 * @param {() => Promise<unknown>} step
 */
export async function orExplain(step) {
  try {
    await step();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
