import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TransactionFilter } from '../../../src/application/ports/views.ts';
import { everyPart } from '../../support/every-part.ts';
import { openFile, type Storage } from '../../support/storage.ts';
import {
  CHAIN,
  commit,
  filler,
  jobId,
  LANE,
  newJob,
  newTransaction,
  put,
  putFiller,
  RECIPIENT,
  transactionId,
} from '../../support/stored.ts';
import { block, broadcast, failed, included, NOW, queued, signed, txHash } from '../../support/transactions.ts';

/** Reads of a whole table or index that are right, and why. */
const SCANS: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^SCAN json_each /, 'the list that the statement was given'],
  [/^SCAN (page|i)$/, 'what a limited subquery found'],
  [/^SCAN (CONSTANT ROW|k)$/, 'the one key that the statement was given'],
  [/^SCAN leases$/, 'UPDATE … WHERE 0 takes the lock and visits nothing'],
  [/^SCAN signers/, 'one row a signer'],
  [/^SCAN api_keys$/, 'two rows a client, every two seconds at most'],
  [/^SCAN outbox$/, 'by its primary key up to a limit; what is published is not there any more'],
  [/^SCAN events$/, 'the newest rows, by the primary key from its newest end up to a limit'],
  [/^SCAN audit$/, 'a page, by the primary key from its newest end'],
  [/^SCAN t USING (COVERING )?INDEX transactions_created_at_id_index$/, 'a page of the list, from its newest end'],
  [/^SCAN figure_deltas$/, 'the few that were not added up yet: the figures loop takes them away'],
  [/^SCAN chains /, 'one row a chain'],
  [/^SCAN some$/, 'what a limited subquery found'],
  [/^SCAN held_nonces /, 'nonces in flight only, where people ask'],
];
/** What the steps may search by: primary keys, what belongs to one row, and the indexes over open rows. */
const HOT_INDEXES = [
  /^(sqlite_autoindex_\w+|INTEGER PRIMARY KEY)$/,
  /^transactions_(waiting|included|valid_until|cancel)$/,
  /^transactions_client_idempotency_index_unique$/,
  /^fillers_open$/,
  /^attempts_live$/,
  /^attempts_holder_id_signed_at_index$/,
  /^held_nonces_holder_id_unique$/,
  /^failures_state_opened_at_index$/,
  /^counters_ends_at_index$/,
];

type Watched = (work: () => Promise<unknown>) => Promise<readonly string[]>;

interface Connection {
  prepare(sql: string): Record<'run' | 'all', (...values: unknown[]) => unknown>;
}

/** Every statement that runs on the connection, with the values of its first run: what a partial index serves depends on them. */
async function watch(knex: Knex): Promise<{ plansOf: Watched; statementsOf: Watched }> {
  const client = knex.client as {
    acquireConnection(): Promise<Connection>;
    releaseConnection(c: Connection): Promise<void>;
  };
  const connection = await client.acquireConnection();
  await client.releaseConnection(connection);
  const prepare = connection.prepare.bind(connection);
  const seen = new Map<string, readonly unknown[]>();
  connection.prepare = (sql) => {
    const statement = prepare(sql);
    for (const method of ['run', 'all'] as const) {
      const run = statement[method].bind(statement);
      statement[method] = (...values) => {
        seen.set(sql, values);
        return run(...values);
      };
    }
    return statement;
  };
  const run = async (work: () => Promise<unknown>): Promise<readonly (readonly [string, readonly unknown[]])[]> => {
    seen.clear();
    await work();
    return [...seen].filter(([sql]) => /^(SELECT|UPDATE|DELETE|INSERT)/i.test(sql));
  };
  const plansOf: Watched = async (work) =>
    (await run(work)).flatMap(([sql, values]) =>
      (prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[]).map(({ detail }) => detail),
    );
  return { plansOf, statementsOf: async (work) => (await run(work)).map(([sql]) => sql) };
}

/** Finished transactions, as many as a busy day leaves behind, with all that belongs to them. */
async function finish(knex: Knex, count: number): Promise<void> {
  const ids = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  const id = "printf('0000a000-0000-7000-8000-%012x', i)";
  const hash = "printf('0x%064x', i + 1000000)";
  await knex.raw(
    `INSERT INTO transactions (id, client, chain_id, signer, status, version, revision, attempt_hash, cancel_requested, retry_count, block_number, block_hash, mined_hash, mined_kind, mined_revision, fingerprint, created_at, updated_at) ${ids} SELECT ${id}, 'shop', ${CHAIN}, '${LANE.address}', 'confirmed', 6, 0, ${hash}, 0, 0, i, 'b', ${hash}, 'original', 0, x'00', ${NOW} - i, ${NOW} FROM n`,
  );
  await knex.raw(
    `INSERT INTO revisions (transaction_id, number, author, content, created_at) ${ids} SELECT ${id}, 0, 'a', x'00', 0 FROM n`,
  );
  await knex.raw(
    `INSERT INTO attempts (hash, holder_id, holder, chain_id, signer, nonce, kind, revision, gas_limit, max_fee_wei, max_priority_fee_wei, raw, signed_at, unknown_looks, outcome) ${ids} SELECT ${hash}, ${id}, 'transaction', ${CHAIN}, '${LANE.address}', i, 'original', 0, '1', '1', '1', x'00', 0, 0, 'confirmed' FROM n`,
  );
  await knex.raw(
    `INSERT INTO events (transaction_id, at, type, actor) ${ids} SELECT ${id}, 0, 'Confirmed', 'system' FROM n`,
  );
  await knex.raw(
    `INSERT INTO fillers (id, chain_id, signer, nonce, version, status, tries, created_at) ${ids} SELECT 'f' || i, ${CHAIN}, '${LANE.address}', i, 3, 'done', 0, 0 FROM n`,
  );
}

let storage: Storage;
let plansOf: Watched;
let statementsOf: Watched;

beforeAll(async () => {
  storage = await openFile();
  await finish(storage.knex, 20_000);
  await commit(storage, {
    signers: [{ key: LANE, nextNonce: 1 }],
    chains: [{ chainId: CHAIN, genesisHash: block(0).hash }],
    cursors: [{ chainId: CHAIN, from: null, to: block(5), blocks: [] }],
  });
  const at = (nonce: number) => ({ heldNonce: nonce, liveNonce: nonce, attemptHash: txHash(nonce) });
  await put(storage, 1, queued());
  await put(storage, 2, signed(at(2)));
  await put(storage, 3, broadcast(at(3)));
  await put(storage, 4, included(at(4)));
  await put(storage, 5, failed({ liveNonce: 5, attemptHash: txHash(5) }));
  await putFiller(storage, filler(6, { status: 'open', attemptHash: txHash(6) }));
  await commit(storage, { wakeUps: [{ signer: LANE, ids: [] }] });
  ({ plansOf, statementsOf } = await watch(storage.knex));
}, 60_000);
afterAll(() => storage.close());

const unexplained = (plans: readonly string[]) =>
  plans.filter((line) => /SCAN /.test(line) && !SCANS.some(([pattern]) => pattern.test(line)));
const searches = (plans: readonly string[]) =>
  plans.flatMap((line) => /^SEARCH \w+ USING (?:COVERING )?(?:INDEX )?(INTEGER PRIMARY KEY|\w+)/.exec(line)?.[1] ?? []);

const HOT: readonly (readonly [name: string, uses: string | null, work: (on: Storage) => Promise<unknown>])[] = [
  ['lane', null, ({ work }) => work.lane(LANE)],
  ['readyToSign', 'transactions_waiting', ({ work }) => work.readyToSign(LANE, NOW, 250, false)],
  ['readyToSign with a nonce', 'attempts_live', ({ work }) => work.readyToSign(LANE, NOW, 250, true)],
  ['fillersToSign', 'fillers_open', ({ work }) => work.fillersToSign(LANE)],
  [
    'toResubmit',
    'transactions_waiting',
    ({ work }) => work.toResubmit(LANE, { now: NOW, belowNonce: 100, limit: 250, recovery: null }),
  ],
  [
    'toResubmit after a take-over',
    'transactions_waiting',
    ({ work }) => work.toResubmit(LANE, { now: NOW, belowNonce: 100, limit: 250, recovery: { afterNonce: -1 } }),
  ],
  ['competitors', 'attempts_live', ({ work }) => work.competitors(LANE, [2, 3])],
  ['nextDueAt', 'transactions_waiting', ({ work }) => work.nextDueAt(LANE)],
  ['forBroadcast', null, ({ work }) => work.forBroadcast([transactionId(2), filler(6).id])],
  [
    'liveAttempts',
    'sqlite_autoindex_attempts_1',
    ({ work }) =>
      work.liveAttempts(
        CHAIN,
        [2, 6].map((n) => txHash(n)),
      ),
  ],
  ['transactions', null, ({ work }) => work.transactions([transactionId(2)])],
  ['anyLive', 'attempts_live', ({ work }) => work.anyLive(CHAIN)],
  ['signers', null, ({ work }) => work.signers(CHAIN)],
  ['liveBelow', 'attempts_live', ({ work }) => work.liveBelow(LANE, 9)],
  ['includedIn', 'transactions_included', ({ work }) => work.includedIn(CHAIN, block(40).hash)],
  ['awaitingDepth', 'transactions_included', ({ work }) => work.awaitingDepth(CHAIN, 100, 250)],
  ['chain', null, ({ work }) => work.chain(CHAIN)],
  ['load', 'transactions_waiting', ({ work }) => work.load(CHAIN)],
  ['due', 'transactions_waiting', ({ work }) => work.due(NOW, 500)],
  ['writtenAhead', 'transactions_waiting', ({ work }) => work.writtenAhead(NOW, 500)],
  ['toClose of expired rows', 'transactions_valid_until', ({ work }) => work.toClose(NOW, 500)],
  ['toClose of cancelled rows', 'transactions_cancel', ({ work }) => work.toClose(NOW, 500)],
  [
    'openFailures',
    'failures_state_opened_at_index',
    ({ work }) => work.openFailures(100, { transactionId: transactionId(9), code: 'expired', at: NOW }),
  ],
  ['outbox.take', null, ({ outbox }) => outbox.take(100)],
  ['outbox.take of some', null, ({ outbox }) => outbox.take(100, [1, 2, 3])],
  ['outbox.done', null, ({ outbox }) => outbox.done([999])],
  [
    'leases',
    null,
    async ({ leases }) => {
      const token = await leases.acquire('lane', 1_000);
      if (token === null) throw new Error('taken');
      await leases.renew(token, 1_000);
      await leases.release(token);
    },
  ],
  ['accounts', null, ({ accounts }) => accounts.findSession(new Uint8Array(32), NOW, 1_000)],
  ['accounts.credentials', null, ({ accounts }) => accounts.credentials('ann')],
  ['apiClients.keys', null, ({ apiClients }) => apiClients.keys()],
  ['counters', 'counters_ends_at_index', ({ counters }) => counters.hit([{ key: 'k', n: 1, windowMs: 9 }], NOW)],
];

const LISTS: readonly (readonly [filter: TransactionFilter, uses: string])[] = [
  [{}, 'transactions_created_at_id_index'],
  [{ client: 'shop' }, 'transactions_client_created_at_id_index'],
  [{ client: 'shop', statuses: ['confirmed'] }, 'transactions_client_created_at_id_index'],
  [{ client: 'shop', statuses: ['failed'] }, 'transactions_client_ended'],
  [{ client: 'shop', statuses: ['queued'] }, 'transactions_status_created_at_id_index'],
  [{ statuses: ['confirmed', 'failed'] }, 'transactions_status_created_at_id_index'],
  [{ chainId: CHAIN }, 'transactions_created_at_id_index'],
  [{ from: LANE.address }, 'transactions_signer_created_at_id_index'],
  [{ to: RECIPIENT }, 'transactions_to_index_created_at_id_index'],
  [{ hash: txHash(2) }, 'sqlite_autoindex_attempts_1'],
  [{ nonce: 7 }, 'attempts_nonce_holder_id_index'],
  [{ errorCode: 'would_revert' }, 'transactions_failure'],
  [{ closed: true }, 'transactions_status_created_at_id_index'],
  [{ closed: false }, 'transactions_created_at_id_index'],
  [{ closed: false, statuses: ['failed'] }, 'transactions_status_created_at_id_index'],
  [{ idempotencyKey: 'k' }, 'transactions_key'],
  [{ idempotencyKey: 'k', client: 'shop' }, 'transactions_client_idempotency_index_unique'],
  [{ createdAfter: NOW - 5, createdBefore: NOW }, 'transactions_created_at_id_index'],
  [{ q: 'k' }, 'transactions_key'],
  [{ q: '7' }, 'attempts_nonce_holder_id_index'],
  [{ q: RECIPIENT }, 'transactions_to_index_created_at_id_index'],
  [{ q: LANE.address }, 'transactions_signer_created_at_id_index'],
  [{ q: txHash(2) }, 'sqlite_autoindex_attempts_1'],
];

describe('with 20,000 finished transactions on record', () => {
  it.each(HOT)('%s visits open rows only', async (_, uses, work) => {
    const plans = await plansOf(() => work(storage));
    expect(plans).not.toEqual([]);
    expect(unexplained(plans)).toEqual([]);
    const used = searches(plans);
    expect(used.filter((index) => !HOT_INDEXES.some((pattern) => pattern.test(index)))).toEqual([]);
    if (uses !== null) expect(used).toContain(uses);
  });

  it('a commit of every kind visits what it changes only', async () => {
    const lease = await storage.leases.acquire('tracker', 1_000);
    const changes = await everyPart(storage);
    const from = {
      chainId: CHAIN,
      from: block(5),
      to: block(6),
      blocks: [],
      forgetAbove: 9,
      forgetBelow: 1,
      finalNumber: 4,
    };
    const plans = await plansOf(() =>
      commit(storage, {
        ...changes,
        ...(lease === null ? {} : { fence: lease }),
        signers: [{ key: LANE, expectedVersion: 0, nextNonce: 4 }],
        cursors: [...(changes.cursors ?? []), from],
        failures: [
          ...(changes.failures ?? []),
          { kind: 'reopened', transactionId: transactionId(5) },
          { kind: 'closed', transactionId: transactionId(5), by: 'user:ann', reason: 'r' },
        ],
      }),
    );
    expect(unexplained(plans)).toEqual([]);
    const used = searches(plans);
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((index) => !HOT_INDEXES.some((pattern) => pattern.test(index)))).toEqual([]);
  });

  it('a conflict, a repetition and a jump visit no more', async () => {
    await put(storage, 50, queued({ heldNonce: 50 }));
    await commit(storage, { accepted: [newTransaction(51, { idempotencyKey: 'again' })] });
    const row = queued({ id: transactionId(1), version: 2 });
    const tries = [
      { accepted: [newTransaction(52, { idempotencyKey: 'again' })] },
      { transactions: [{ before: row, after: { ...row, heldNonce: 50 } }] },
      { transactions: [{ before: { ...row, version: 77 }, after: row }] },
      { cursors: [{ chainId: CHAIN, from: block(6), to: block(60), blocks: [], onlyIfNothingLive: true }] },
    ];
    for (const changes of tries) {
      const plans = await plansOf(() => storage.ledger.commit({ step: 'settle', at: NOW, ...changes }));
      expect(unexplained(plans)).toEqual([]);
    }
  });

  it.each(LISTS)('what a bulk job is made of under %j goes by an index', async (filter) => {
    const plans = await plansOf(() => storage.jobs.openFailures(filter, 9));
    expect(unexplained(plans)).toEqual([]);
    const exact = ['q', 'hash', 'nonce', 'idempotencyKey'].some((name) => name in filter);
    if (!exact) expect(plans.filter((line) => line.includes('TEMP B-TREE'))).toEqual([]);
  });

  it.each<[string, (on: Storage) => Promise<unknown>, string]>([
    ['open', ({ jobs }) => jobs.running(), 'bulk_jobs_state_created_at_id_index'],
    ['pending', ({ jobs }) => jobs.pending(jobId(97), 9), 'bulk_job_items_job_id_outcome_position_index'],
    ['one', ({ jobs }) => jobs.one(jobId(97)), 'sqlite_autoindex_bulk_jobs_1'],
    ['named by ids', ({ jobs }) => jobs.inOrder([1, 2].map(transactionId)), 'sqlite_autoindex_transactions_1'],
  ])('bulk jobs: what is %s is found by an index, and sorted by it', async (_, work, uses) => {
    await commit(storage, { newJobs: [newJob(97, [1, 2])] }).catch(() => undefined);
    const plans = await plansOf(() => work(storage));
    expect(unexplained(plans)).toEqual([]);
    expect(searches(plans)).toContain(uses);
    expect(plans.filter((line) => line.includes('TEMP B-TREE'))).toEqual([]);
  });

  it.each([null, { createdAt: NOW, id: jobId(97) }])(
    'the list of bulk jobs goes by an index, after %j',
    async (after) => {
      const plans = await plansOf(() => storage.jobs.page(9, after));
      expect(plans).not.toEqual([]);
      expect(plans.filter((line) => !line.includes('bulk_jobs_created_at_id_index'))).toEqual([]);
    },
  );

  it.each(LISTS)('the list of %j goes by an index', async (filter, uses) => {
    const last = { createdAt: NOW, id: transactionId(2) };
    for (const after of [null, last]) {
      const plans = await plansOf(() => storage.views.page(filter, 0, after));
      expect(unexplained(plans)).toEqual([]);
      expect(plans.join('\n')).toContain(uses);
      // Sorting is for what an exact search finds, never for a list.
      const exact = ['q', 'hash', 'nonce', 'idempotencyKey'].some((name) => name in filter);
      if (!exact) expect(plans.filter((line) => line.includes('TEMP B-TREE'))).toEqual([]);
    }
  });

  it.each<[string, (on: Storage) => Promise<unknown>]>([
    ['the overview', ({ figures }) => figures.read([{ length: 'hour', since: 0 }])],
    ['what is scraped', ({ figures }) => figures.standing()],
  ])(
    '%s counts no transaction: it asks for the first queued one and the oldest open failure of a code',
    async (_, work) => {
      const failure = { transactionId: transactionId(5), code: 'expired', message: 'm', nodeMessage: null } as const;
      await commit(storage, { failures: [{ kind: 'opened', ...failure }] });
      const plans = await plansOf(() => work(storage));
      expect(unexplained(plans)).toEqual([]);
      const ours =
        /^(SCAN|SEARCH) (figures|figure_deltas|chains|signers|outbox|some)\b|^(CO-ROUTINE|MATERIALIZE) some$/;
      expect(plans.filter((line) => !ours.test(line))).toEqual([
        'SEARCH transactions USING COVERING INDEX transactions_status_created_at_id_index (status=?)',
        'SEARCH failures USING COVERING INDEX failures_state_code_opened_at_index (state=? AND code=?)',
      ]);
      // EXPLAIN does not show that one row of each is all that is taken.
      const statements = await statementsOf(() => work(storage));
      const counting = statements.filter((sql) => /count\(|sum\(|group by/i.test(sql));
      expect(counting).toEqual([
        'select count(*) as count from (select `sequence` from `outbox` limit ?) as `some` limit ?',
      ]);
      const ofRows = statements.filter((sql) => /`(transactions|failures)`/.test(sql));
      expect(ofRows).toHaveLength(2);
      for (const sql of ofRows) expect(sql).toMatch(/order by `(created_at|opened_at)` asc limit \?$/);
    },
  );

  it('a later page begins where the one before ended', async () => {
    const last = { createdAt: NOW - 19_000, id: transactionId(2) };
    const plans = await plansOf(() => storage.views.page({}, 0, last));
    expect(plans).toEqual(['SEARCH t USING COVERING INDEX transactions_created_at_id_index (created_at<?)']);
  });

  it.each([
    ['confirmed', 'transactions_status_created_at_id_index'],
    ['failed', 'transactions_status_created_at_id_index'],
    ['fillers', 'sqlite_autoindex_fillers_1'],
    ['resolvedFailures', 'failures_state_opened_at_index'],
    ['bulkJobs', 'bulk_jobs_state_created_at_id_index'],
  ] as const)('a purge of %s goes by an index, and so does all that it deletes', async (kind, uses) => {
    const last = { at: NOW - 19_000, id: kind === 'fillers' ? 'f12' : transactionId(2) };
    for (const after of [null, last]) {
      // What is found is deleted for good: of this record, only what no other test looks at.
      const page = { kind, before: NOW - 18_000, after, limit: 20 };
      for (const work of ['count', 'forget'] as const) {
        const plans = await plansOf(() => storage.retention[work](page));
        expect(
          plans.filter(
            (line) => /^SCAN /.test(line) && !/^SCAN (leases|f USING INDEX sqlite_autoindex_fillers_1)$/.test(line),
          ),
        ).toEqual([]);
        expect(plans.join('\n')).toContain(uses);
        expect(plans.filter((line) => line.includes('TEMP B-TREE') && kind !== 'resolvedFailures')).toEqual([]);
      }
    }
  });

  it("a page of the feed, a client's too, is a range of the primary key and its transactions", async () => {
    for (const client of [undefined, 'shop']) {
      const plans = await plansOf(() => storage.views.eventsAfter(100, 50, client));
      expect(searches(plans)).toEqual(['INTEGER PRIMARY KEY', 'sqlite_autoindex_transactions_1']);
      expect(plans.filter((line) => line.includes('TEMP B-TREE'))).toEqual([]);
    }
  });

  it.each<[string, (on: Storage) => Promise<unknown>]>([
    ['one', ({ views }) => views.one(transactionId(2), 'shop')],
    ['many', ({ views }) => views.many([2, 3].map(transactionId))],
    ['the audit', ({ views }) => views.audit(50, null)],
    ['a later page of the audit', ({ views }) => views.audit(50, '9')],
    ['signers', ({ views }) => views.signers()],
    ['the feed', ({ views }) => views.eventsAfter(19_990, 50)],
    ["a client's feed", ({ views }) => views.eventsAfter(19_990, 50, 'shop')],
    ["the feed's end", ({ views }) => views.endOfEvents()],
  ])('what people see of %s goes by an index', async (_, work) => {
    const plans = await plansOf(() => work(storage));
    expect(plans).not.toEqual([]);
    expect(unexplained(plans)).toEqual([]);
  });
});
