/** One entry of the error catalogue: what a `code` means and what its reader is to do. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
  /** Whether the same request may be sent again, and when. */
  readonly retry: string;
  readonly whatToDo: string;
}

/**
 * Every error that this API answers (RFC 9457). Codes are stable; `/docs` shows this table and each problem's `type` links into it.
 */
export const PROBLEMS = {
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
    meaning: 'The body is no JSON text in UTF-8, or an object in it names a key twice.',
    retry: 'no',
    whatToDo: 'Correct the program that writes the body. The detail says what was wrong, and where.',
  },
  malformed_request: {
    status: 400,
    title: 'The request is not HTTP as it should be',
    meaning: 'The request line, the headers or the transfer coding could not be read.',
    retry: 'no',
    whatToDo: 'Look at what the client or a proxy before us sends.',
  },
  unauthenticated: {
    status: 401,
    title: 'Not authenticated',
    meaning:
      'No credentials, or none that we know: a wrong or withdrawn API key, an expired session, a signature that does not fit.',
    retry: 'with other credentials',
    whatToDo:
      'Send `Authorization: Bearer KEY` (clients), sign in again (operators), or check secret and clock (signing side).',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    meaning:
      'We know who is calling, and the call is for others: a higher role, a signed-in user, or a page of our own origin.',
    retry: 'no',
    whatToDo:
      'Use an account with the role that the call names. A write by cookie needs our own Origin and a JSON content type.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    meaning: 'There is nothing at this address: no such call, no such id, or an id that belongs to another client.',
    retry: 'no',
    whatToDo: 'Check the path and the id. Paths are case-sensitive and end without a slash.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    meaning: 'The address exists, but not for this method.',
    retry: 'no',
    whatToDo: 'Use one of the methods in the `Allow` header.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    meaning: 'The headers or the body did not arrive in time.',
    retry: 'yes, with the same idempotency key',
    whatToDo: 'Send the request again, on a new connection.',
  },
  idempotency_key_reused: {
    status: 409,
    title: 'Idempotency key used for another request',
    meaning: 'This key was used before, with a request that is not equal to this one. Nothing was accepted.',
    retry: 'no',
    whatToDo: 'Use a new key for a new payment. To repeat one, send exactly what was sent first.',
  },
  illegal_transition: {
    status: 409,
    title: 'Not possible in this state',
    meaning: 'The transaction is in a status that this command does not start from; `current` shows it.',
    retry: 'no',
    whatToDo: 'Read the transaction again and decide anew.',
  },
  version_conflict: {
    status: 409,
    title: 'Changed in the meantime',
    meaning:
      'The transaction is no longer at the version that `If-Match` names; `current` shows where it is. Nothing was changed.',
    retry: 'after reading it again',
    whatToDo: 'Read the transaction, look at what is new, and send the command with its new ETag.',
  },
  count_changed: {
    status: 409,
    title: 'Another number was found',
    meaning: 'The request named how many it expects, and `count` are found now. Nothing was done.',
    retry: 'after looking again',
    whatToDo: 'Look at the list again, and send the request with the number that you then mean.',
  },
  precondition_failed: {
    status: 412,
    title: 'A condition does not hold',
    meaning: 'The file of the console is another one than `If-Match` or `If-Unmodified-Since` asks for.',
    retry: 'without the condition',
    whatToDo: 'Load the page anew. Conditions of calls are answered by `version_conflict`.',
  },
  body_too_large: {
    status: 413,
    title: 'Body too large',
    meaning: 'The body is over 1 MiB; for batches and for endpoint 2, over 4 MiB.',
    retry: 'no',
    whatToDo: 'Split the batch.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported content type',
    meaning: 'The body is not declared as application/json in UTF-8, or it is compressed.',
    retry: 'no',
    whatToDo: 'Send `Content-Type: application/json`, without Content-Encoding.',
  },
  range_not_satisfiable: {
    status: 416,
    title: 'No such range',
    meaning: 'The file of the console is shorter than the range that was asked for.',
    retry: 'with another range',
    whatToDo: 'Ask for the whole file.',
  },
  invalid_field: {
    status: 422,
    title: 'Invalid field',
    meaning:
      'Something in the request has a wrong form, is out of range or is not known here; `errors` names each field. The path "" is the whole body.',
    retry: 'no',
    whatToDo: 'Correct the fields in `errors`. Quantities are strings, also where they are small.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    meaning:
      'More transactions a second than this client may send, or more wrong credentials or attempts to sign in than one address may make. Nothing of it was accepted.',
    retry: 'yes, after `Retry-After` seconds, with the same idempotency key',
    whatToDo: 'Slow down; wait exponentially longer, with full jitter.',
  },
  headers_too_large: {
    status: 431,
    title: 'Headers too large',
    meaning: 'The request line and the headers together are over 16 KiB.',
    retry: 'no',
    whatToDo: 'Send fewer or shorter headers, or a shorter query.',
  },
  unavailable: {
    status: 503,
    title: 'Not available just now',
    meaning:
      'The record could not be made durable, or intake is held back. It is not known whether the request was accepted.',
    retry: 'yes, after `Retry-After` seconds, with the same idempotency key',
    whatToDo: 'Send the same request with the same key again: it is accepted once, however often it arrives.',
  },
  not_ready: {
    status: 503,
    title: 'Not ready',
    meaning: 'A part of the service is not working; `parts` names it. Answered by /readyz only.',
    retry: 'yes, after `Retry-After` seconds',
    whatToDo: 'Look at the part that is named, and at the log.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];
