/** The pool has no connection to give: closed while the process ends, or all of them taken for too long. Knex has a type for one of these only. */
export const isPoolError = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'KnexTimeoutError' || /^(Unable to acquire a connection|aborted)$/.test(error.message));
