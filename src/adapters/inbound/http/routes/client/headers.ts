export const IDEMPOTENCY_KEY = {
  'Idempotency-Key':
    '1 to 255 visible ASCII characters that name this request for good. The same key with an equal request answers the original; with another one, 409.',
};

export const IF_MATCH = {
  'If-Match':
    'The ETag of the version that was looked at. Where the transaction has moved on: 409 `version_conflict`, and nothing is changed.',
};

/** docs/rules.md, "Cancel versus sign". */
export const WHAT_CAN_BE_CANCELLED =
  'A `queued` one of which nothing can be mined is cancelled at once: nothing of it was signed yet, or what was signed is written off. Any other is refused with 409 `illegal_transition` and stays as it is: signed bytes may be mined whatever we do, a failed one is for an operator to retry or to leave, and the rest is over.';

export const LAST_EVENT_ID = {
  'Last-Event-ID': 'The last event that you have: it goes on behind it, whatever `after` says.',
};
