/** A substring of the lower-cased message, or an expression for it where a substring would catch too much. */
export type MessagePattern = string | RegExp;

/** `message` is lower case, as the patterns are. */
export function matches(message: string, pattern: MessagePattern): boolean {
  return typeof pattern === 'string' ? message.includes(pattern) : pattern.test(message);
}
