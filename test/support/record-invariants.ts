/** Rows that must not be there, each with what is wrong with them (docs/reliability.md). */
export const RECORD_INVARIANTS: readonly (readonly [what: string, sql: string])[] = [
  [
    'live attempts of one holder have two nonces',
    `SELECT holder_id FROM attempts WHERE outcome = 'live' GROUP BY holder_id HAVING count(DISTINCT nonce) > 1`,
  ],
  [
    'live_nonce is not what the live attempts have',
    `SELECT t.id, t.status, t.live_nonce, a.nonce FROM transactions t
     LEFT JOIN (SELECT holder_id, min(nonce) AS nonce FROM attempts WHERE outcome = 'live' GROUP BY holder_id) a ON a.holder_id = t.id
     WHERE t.live_nonce IS NOT a.nonce`,
  ],
  [
    'a held nonce is not that of the live attempts',
    `SELECT id, held_nonce, live_nonce FROM transactions WHERE held_nonce <> live_nonce`,
  ],
  [
    'a row holds a nonce that held_nonces does not know',
    `SELECT t.id, t.status, t.held_nonce FROM transactions t LEFT JOIN held_nonces h
     ON h.holder_id = t.id AND h.nonce = t.held_nonce AND h.signer = t.signer AND h.chain_id = t.chain_id
     WHERE t.held_nonce IS NOT NULL AND h.holder_id IS NULL`,
  ],
  [
    'a filler holds a nonce that held_nonces does not know',
    `SELECT f.id, f.status, f.nonce FROM fillers f LEFT JOIN held_nonces h
     ON h.holder_id = f.id AND h.nonce = f.nonce AND h.signer = f.signer AND h.chain_id = f.chain_id
     WHERE f.status IN ('reserved', 'open', 'included') AND h.holder_id IS NULL`,
  ],
  [
    'held_nonces has a holder that holds nothing',
    `SELECT h.holder_id, h.nonce FROM held_nonces h
     LEFT JOIN transactions t ON t.id = h.holder_id AND t.held_nonce = h.nonce
     LEFT JOIN fillers f ON f.id = h.holder_id AND f.nonce = h.nonce AND f.status IN ('reserved', 'open', 'included')
     WHERE t.id IS NULL AND f.id IS NULL`,
  ],
  [
    'a nonce has two holders',
    `SELECT chain_id, signer, nonce FROM held_nonces GROUP BY chain_id, signer, nonce HAVING count(*) > 1`,
  ],
  [
    'only open rows hold nonces',
    `SELECT id, status FROM transactions WHERE held_nonce IS NOT NULL AND status NOT IN ('queued', 'signed', 'broadcast', 'included')`,
  ],
  [
    'a finished row or filler has a live attempt',
    `SELECT a.hash, a.holder_id FROM attempts a LEFT JOIN transactions t ON t.id = a.holder_id LEFT JOIN fillers f ON f.id = a.holder_id
     WHERE a.outcome = 'live' AND (t.status IN ('confirmed', 'reverted', 'cancelled', 'expired') OR f.status IN ('done', 'lost'))`,
  ],
  [
    'an open filler has no live attempt',
    `SELECT f.id, f.status FROM fillers f LEFT JOIN attempts a ON a.holder_id = f.id AND a.outcome = 'live'
     WHERE f.status IN ('open', 'included') AND a.hash IS NULL`,
  ],
  [
    'a failed row has no open failure, or another row has one',
    `SELECT t.id, t.status, f.state FROM transactions t LEFT JOIN failures f ON f.transaction_id = t.id
     WHERE (t.status = 'failed') <> (coalesce(f.state, 'resolved') IN ('open', 'closed'))`,
  ],
  [
    'the timeline does not end at the status',
    `SELECT t.id, t.status, e.to_status FROM transactions t
     JOIN events e ON e.sequence = (SELECT max(sequence) FROM events WHERE transaction_id = t.id) WHERE e.to_status <> t.status`,
  ],
  [
    'the timeline has a gap',
    `SELECT e.transaction_id, e.type FROM (SELECT *, lag(to_status) OVER (PARTITION BY transaction_id ORDER BY sequence) AS previous FROM events) e
     WHERE e.from_status IS NOT e.previous`,
  ],
  ['more retries than there are', `SELECT id, retry_count FROM transactions WHERE retry_count > 16`],
  [
    'an open row waits for nothing',
    `SELECT id, status FROM transactions WHERE due_at IS NULL AND status IN ('queued', 'broadcast')`,
  ],
  [
    'the mined revision is not the one shown, or not the attempt that was mined',
    `SELECT t.id, t.revision, a.revision FROM transactions t JOIN attempts a ON a.hash = t.mined_hash
     WHERE t.status IN ('confirmed', 'reverted') AND (t.revision <> t.mined_revision OR t.mined_revision <> a.revision OR a.holder_id <> t.id)`,
  ],
  [
    'two attempts of one holder count as mined',
    `SELECT holder_id FROM attempts WHERE outcome IN ('confirmed', 'reverted') GROUP BY holder_id HAVING count(*) > 1`,
  ],
  [
    'a signed row has no bytes of its own',
    `SELECT t.id, t.status FROM transactions t LEFT JOIN attempts a ON a.hash = t.attempt_hash
     WHERE t.status IN ('signed', 'broadcast', 'included') AND (a.hash IS NULL OR a.holder_id <> t.id)`,
  ],
];
