export const IDEMPOTENCY_KEY = {
  'Idempotency-Key':
    '1 to 255 visible ASCII characters that name this request for good. The same key with an equal request answers the original; with another one, 409.',
};

export const IF_MATCH = {
  'If-Match':
    'The ETag of the version that was looked at. Where the transaction has moved on: 409 `version_conflict`, and nothing is changed.',
};
