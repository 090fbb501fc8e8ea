import { repeatedKey } from './repeated-key.ts';

export type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly detail: string };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** JSON text in UTF-8 (RFC 8259, 8.1) in which no object names a key twice. */
export function parseJson(bytes: Uint8Array): Parsed {
  if (bytes.length === 0) return { ok: false, detail: 'The body is empty.' };
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { ok: false, detail: 'The body is not UTF-8.' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, detail: `The body is not JSON: ${whereAlone(error)}.` };
  }
  const twice = repeatedKey(text);
  if (twice !== null)
    return { ok: false, detail: `An object in the body names the key ${JSON.stringify(twice.slice(0, 100))} twice.` };
  return { ok: true, value };
}

/** What the parser says, without the piece of the body that it quotes: an error must not repeat what was sent. */
function whereAlone(error: unknown): string {
  const position = / at position (\d+)/.exec(String(error));
  return position
    ? `something unexpected at position ${position[1] ?? ''}`
    : 'it ends too early, or something unexpected is in it';
}
