/** The number of the newest block that is `confirmations` deep when the cursor stands at `cursorNumber`; the including block counts as 1. */
export const finalNumber = (cursorNumber: number, confirmations: number): number => cursorNumber - confirmations + 1;

/** How many blocks of the cursor's chain are kept to step back on (rule 10). */
export const blocksKept = (confirmations: number): number => Math.max(64, 4 * confirmations);
