import type { IncomingHttpHeaders } from 'node:http';

const JSON_IN_UTF8 = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*$/i;

/** null: right. Else what is wrong, as a sentence. */
export function contentTypeFault(headers: IncomingHttpHeaders): string | null {
  const type = headers['content-type'];
  if (type !== 'application/json' && !(type !== undefined && JSON_IN_UTF8.test(type))) {
    return type === undefined
      ? 'The content type is missing; it must be application/json.'
      : 'The content type must be application/json, in UTF-8.';
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') return 'The body must not be compressed.';
  return null;
}
