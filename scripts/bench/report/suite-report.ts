/** What a suite found: for a reader, and as plain JSON. */
export interface SuiteReport {
  readonly text: string;
  readonly document: object;
}
