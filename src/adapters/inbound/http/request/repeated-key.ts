const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const COLON = 0x3a;
const SPACE = 0x20;

/** The keys of one object; a list is quicker while there are few. */
interface Keys {
  readonly list: string[];
  set: Set<string> | null;
}
const FEW = 16;

/**
 * The first key that an object of a valid JSON text names twice, or null. `JSON.parse` takes the last of them without a word, another
 * reader takes the first: two amounts in one payment must not depend on who reads (RFC 8259, 4; I-JSON, RFC 7493, 2.3).
 */
export function repeatedKey(text: string): string | null {
  const outer: Keys[] = [];
  let keys: Keys = { list: [], set: null };
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const start = at + 1;
      at = endOfString(text, start);
      if (!isKey(text, at + 1)) continue;
      const raw = text.slice(start, at);
      const key = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
      if (!added(keys, key)) return key;
    } else if (code === OPEN_BRACE) {
      outer.push(keys);
      keys = { list: [], set: null };
    } else if (code === CLOSE_BRACE) {
      keys = outer.pop() ?? keys;
    }
  }
  return null;
}

function added(keys: Keys, key: string): boolean {
  if (keys.set) {
    const before = keys.set.size;
    return keys.set.add(key).size > before;
  }
  if (keys.list.includes(key)) return false;
  if (keys.list.push(key) > FEW) keys.set = new Set(keys.list);
  return true;
}

/** Where the closing quote stands: one before which an even number of backslashes stands. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start); ; end = text.indexOf('"', end + 1)) {
    if (end < 0) return text.length;
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((end - before) % 2 === 1) return end;
  }
}

function isKey(text: string, after: number): boolean {
  let at = after;
  while (text.charCodeAt(at) <= SPACE) at++;
  return text.charCodeAt(at) === COLON;
}
