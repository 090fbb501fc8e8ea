const REDACTED = '[redacted]';
const DEEPEST = 6;
/** Shorter ones would be found in words that are none. */
const SHORTEST_SECRET = 8;

/** `raw` signed bytes too: whoever has them can send them. */
const SECRET_KEY =
  /secret|passw|passphrase|^bindings$|authorization|cookie|token|signature|(api|private|encryption|data|wrapping)_?key$|^raw(transaction)?s?$/i;

/** The same fields, with what stands under a telling name taken out, at any depth. Copies only where it changes something. */
export function withoutSecrets<Value>(value: Value, depth = 0): Value {
  if (typeof value !== 'object' || value === null || value instanceof Error || depth > DEEPEST) return value;
  let copy: Record<string, unknown> | undefined;
  for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
    const kept = isSecret(key, inner) ? REDACTED : withoutSecrets(inner, depth + 1);
    if (kept === inner) continue;
    copy ??= (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>;
    copy[key] = kept;
  }
  return (copy as Value | undefined) ?? value;
}

/** Counts and flags say nothing: `tokens: 3`. */
const isSecret = (key: string, value: unknown): boolean =>
  SECRET_KEY.test(key) && value !== null && value !== undefined && !['number', 'boolean'].includes(typeof value);

/** Takes known secrets out of a finished line: they get there in the messages of errors, whose words are not ours. */
export function scrubber(secrets: readonly string[]): (line: string) => string {
  const known = [...new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))]
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length); // one may be part of another
  return (line) => known.reduce((text, secret) => text.replaceAll(secret, REDACTED), line);
}
