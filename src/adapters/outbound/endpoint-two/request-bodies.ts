import type { SubmitItem } from '../../../application/ports/endpoint-two.ts';

/** What endpoint 2 takes in one request. */
const MAX_ITEMS = 500;
const MAX_BODY_BYTES = 4 * 1024 * 1024;

const BEGIN = '{"items":[';
const END = ']}';

export interface RequestBody {
  readonly items: readonly SubmitItem[];
  readonly json: string;
}

/** The items in as few requests as they fit, in their order. One that is too large by itself gets a request of its own, to be refused there. */
export function requestBodies(items: readonly SubmitItem[]): readonly RequestBody[] {
  const bodies: RequestBody[] = [];
  let taken: SubmitItem[] = [];
  let texts: string[] = [];
  let bytes = BEGIN.length + END.length;
  const finish = (): void => {
    if (taken.length > 0) bodies.push({ items: taken, json: BEGIN + texts.join(',') + END });
    taken = [];
    texts = [];
    bytes = BEGIN.length + END.length;
  };
  for (const item of items) {
    const text = JSON.stringify({ transactionId: item.transactionId, rawTransaction: item.rawTransaction });
    const more = Buffer.byteLength(text) + 1; // the comma, which the first one does not have
    if (taken.length === MAX_ITEMS || bytes + more - 1 > MAX_BODY_BYTES) finish();
    taken.push(item);
    texts.push(text);
    bytes += more;
  }
  finish();
  return bodies;
}
