/** The columns of a copied row that must not stay as they are, as SQL over `c` (the clone) and `s` (the row that is copied). */
const REPLACED: Readonly<Record<string, string>> = {
  id: 'c.new_id',
  transaction_id: 'c.new_id',
  holder_id: 'c.new_id',
  hash: 'c.new_hash',
  attempt_hash: 'c.new_hash',
  mined_hash: 'c.new_hash',
  nonce: 'c.nonce',
  live_nonce: 'c.nonce',
  created_at: 's.created_at - c.earlier_ms',
  updated_at: 's.updated_at - c.earlier_ms',
  at: 's.at - c.earlier_ms',
  signed_at: 's.signed_at - c.earlier_ms',
  sending_since: 's.sending_since - c.earlier_ms',
  published_at: 's.published_at - c.earlier_ms',
};
/** Numbered by the database; unique, and null in what is copied. */
const LEFT_OUT = ['sequence', 'idempotency_index', 'key_index'];

/** The column that says whose row this is; null: not a table of transactions' rows. */
const ownerColumn = (table: string, columns: readonly string[]): string | null =>
  table === 'transactions' ? 'id' : (['transaction_id', 'holder_id'].find((name) => columns.includes(name)) ?? null);

/** Copies every row that belongs to a clone's original, under the clone's name. */
export function cloneStatement(table: string, columns: readonly string[]): string | null {
  const owner = ownerColumn(table, columns);
  if (owner === null) return null;
  const names = columns.filter((name) => !LEFT_OUT.includes(name));
  const values = names.map((name) => {
    const replaced = REPLACED[name];
    if (replaced === undefined) return `s.${name}`;
    // A null stays one: a row without a nonce must not get one.
    return replaced.startsWith('c.') ? `CASE WHEN s.${name} IS NULL THEN NULL ELSE ${replaced} END` : replaced;
  });
  return `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')} FROM clones c CROSS JOIN ${table} s ON s.${owner} = c.original ORDER BY c.number`;
}

/** A UUIDv7 of that time, so that what is older also sorts as older. */
export function uuidAt(ms: number, random: Buffer): string {
  const time = ms.toString(16).padStart(12, '0');
  const rest = random.toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-8${rest.slice(3, 6)}-${rest.slice(6, 18)}`;
}
