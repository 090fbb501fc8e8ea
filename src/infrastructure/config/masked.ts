const LONGEST_SHOWN = 200;
const MASK = '***';

/**
 * A bad value as it may be printed. Wrong values hold secrets too: a password in a URL, a provider's key in its path or query, a private
 * key given where an account was asked for.
 */
export function masked(value: string): string {
  const safe = value
    .replace(/:\/\/.*@/s, `://${MASK}@`) // up to the last @: a password may hold any character but a line's end
    .replace(/\?[^,\s]*/g, `?${MASK}`)
    .replace(/(\/\/[^/,\s]+)((?:\/[^/,\s]*)+)/g, (_, host: string, path: string) => host + maskedPath(path))
    .replace(/(0x)?[0-9a-fA-F]{64,}|(whsec_|base64:)[^,\s]*/g, MASK);
  return safe.length > LONGEST_SHOWN ? `${safe.slice(0, LONGEST_SHOWN)}…` : safe;
}

/** Providers' keys are the long segments: `/v3/0123456789abcdef…`. */
const maskedPath = (path: string): string => path.replace(/[^/]{16,}/g, MASK);
