/** The process must not start; the message says what is wrong and what would be right. Ends it with exit code 1, without a stack. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}
