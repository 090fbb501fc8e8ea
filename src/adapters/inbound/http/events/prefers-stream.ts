const STREAM = 'text/event-stream';
const JSON_TYPE = 'application/json';

/**
 * Which of the two forms a caller wants (RFC 9110, 12.5.1). Where it takes both alike (anything), it gets the one that the call is for.
 */
export function prefersStream(accept: string | undefined, otherwise: boolean): boolean {
  const [stream, json] = [qualityOf(STREAM, accept), qualityOf(JSON_TYPE, accept)];
  return stream === json ? otherwise : stream > json;
}

/** 0 to 1: of the most specific range that the type is in; without a header everything is welcome. */
function qualityOf(type: string, accept: string | undefined): number {
  if (accept === undefined || accept.trim() === '') return 1;
  const ranges = accept.split(',').map((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return { name, quality: q === undefined ? 1 : Number(q.slice(2)) || 0 };
  });
  const wider = `${type.split('/')[0] ?? ''}/*`;
  for (const name of [type, wider, '*/*']) {
    const found = ranges.find((range) => range.name === name);
    if (found) return found.quality;
  }
  return 0;
}
