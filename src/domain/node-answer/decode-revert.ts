/** The longest sentence that comes out, in characters. */
export const MAX_REVERT_TEXT = 300;

/** `Error(string)` and `Panic(uint256)`: what solc emits. Source: Solidity, "Control structures", "Panic via assert and Error via require". */
const ERROR_STRING = '08c379a0';
const PANIC = '4e487b71';

const PANIC_NAMES: ReadonlyMap<bigint, string> = new Map([
  [0x00n, 'generic compiler panic'],
  [0x01n, 'assertion failed'],
  [0x11n, 'arithmetic overflow or underflow'],
  [0x12n, 'division or modulo by zero'],
  [0x21n, 'value is not in the enum'],
  [0x22n, 'storage byte array is wrongly encoded'],
  [0x31n, 'pop from an empty array'],
  [0x32n, 'array index out of bounds'],
  [0x41n, 'too much memory or too large an array'],
  [0x51n, 'call of an uninitialised internal function'],
]);

/** Hex digits in a 32-byte word, and in the selector before the arguments. */
const WORD = 64;
const SELECTOR = 8;

/**
 * Revert data (0x-hex, as a node's error carries it) as one sentence for people; at most `MAX_REVERT_TEXT` characters,
 * one line, without control characters. The bytes are the contract's own and may be anything: never throws.
 */
export function decodeRevert(data: unknown): string {
  return shorten(sentence(data));
}

function sentence(data: unknown): string {
  if (data === undefined || data === null || data === '' || data === '0x') return 'The call reverts without a reason.';
  if (typeof data !== 'string' || !isBytes(data)) return 'The call reverts; the node gave no readable data.';
  const hex = data.slice(2).toLowerCase();
  const selector = hex.slice(0, SELECTOR);
  if (selector.length < SELECTOR) return `The call reverts with the bytes 0x${hex}.`;
  const text = selector === ERROR_STRING ? errorText(hex) : undefined;
  if (text !== undefined) return text === '' ? 'The call reverts with an empty reason.' : `The call reverts: ${text}`;
  const panic = selector === PANIC ? wordAt(hex, SELECTOR) : undefined;
  if (panic !== undefined)
    return `The call panics: ${PANIC_NAMES.get(panic) ?? 'unknown panic'} (0x${panic.toString(16).padStart(2, '0')}).`;
  const argumentBytes = (hex.length - SELECTOR) / 2;
  const tail = argumentBytes === 0 ? '' : ` and ${String(argumentBytes)} bytes of arguments`;
  return `The call reverts with the custom error 0x${selector}${tail}.`;
}

function isBytes(data: string): boolean {
  return data.length % 2 === 0 && /^0x[0-9a-f]*$/i.test(data);
}

/** The string argument of `Error(string)`: offset word, length word, UTF-8; undefined where the words point outside the bytes. */
function errorText(hex: string): string | undefined {
  const offset = wordAt(hex, SELECTOR);
  if (offset === undefined) return undefined;
  const start = SELECTOR + Number(offset) * 2;
  const length = wordAt(hex, start);
  if (length === undefined || length * 2n > BigInt(hex.length - start - WORD)) return undefined;
  const end = start + WORD + Number(length) * 2;
  // A character is at most 4 bytes, and no more characters than the cap are shown.
  return utf8(hex.slice(start + WORD, Math.min(end, start + WORD + MAX_REVERT_TEXT * 8)));
}

function wordAt(hex: string, position: number): bigint | undefined {
  const word = hex.slice(position, position + WORD);
  return word.length === WORD ? BigInt(`0x${word}`) : undefined;
}

function utf8(hex: string): string {
  const bytes = Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    parseInt(hex.slice(index * 2, index * 2 + 2), 16),
  );
  return oneLine(new TextDecoder().decode(bytes));
}

/** Control and format characters (NUL, newlines, bidi overrides) would let a contract forge log lines and console text. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

function shorten(text: string): string {
  if (text.length <= MAX_REVERT_TEXT) return text;
  // A cut through a surrogate pair would leave a string that is not valid Unicode.
  return `${text.slice(0, MAX_REVERT_TEXT - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
