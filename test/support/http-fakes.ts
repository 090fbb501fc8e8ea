import type { NewTransaction } from '../../src/application/change-set.ts';
import { viewOfNew } from '../../src/application/view-of-new.ts';
import type { Accounts, Session } from '../../src/application/ports/accounts.ts';
import type { Clock, IdGenerator } from '../../src/application/ports/clock.ts';
import type { SubmitItem, SubmitOutcome } from '../../src/application/ports/endpoint-two.ts';
import type {
  AuditView,
  FeedChunk,
  FeedEvent,
  Page,
  PagePosition,
  SignerView,
  TransactionDetail,
  TransactionFilter,
  TransactionView,
  Views,
} from '../../src/application/ports/views.ts';
import type {
  AcceptResult,
  AcceptTransactions,
  CancelTransaction,
  CloseFailure,
  CommandResult,
  RetryTransaction,
  Submission,
  ValidateAndBroadcast,
} from '../../src/application/use-cases/inbound.ts';
import type { Address, ChainId, TransactionId } from '../../src/domain/primitives.ts';

const CHAIN = 31337 as ChainId;
export const SIGNER = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266' as Address;

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** The record as the HTTP side sees it: use cases and views on one map, with the answers that the real ones give. */
export class FakeRecord implements AcceptTransactions, RetryTransaction, CancelTransaction, CloseFailure, Views {
  readonly rows = new Map<string, Writable<TransactionDetail>>();
  readonly audits: AuditView[] = [];
  /** Every call as it came, for tests that ask what reached the use cases. */
  readonly accepted: Submission[] = [];
  readonly retried: Parameters<RetryTransaction['retry']>[0][] = [];
  readonly closed: Parameters<CloseFailure['close']>[0][] = [];
  readonly cancelled: Parameters<CancelTransaction['cancel']>[0][] = [];
  readonly filters: TransactionFilter[] = [];
  readonly feed: FeedEvent[] = [];
  feedReads = 0;
  manyCalls = 0;
  /** Thrown by every call while it is set. */
  broken: Error | null = null;
  readonly #keys = new Map<string, { readonly id: string; readonly fingerprint: string }>();
  readonly #clock: Clock;
  readonly #ids: IdGenerator;

  constructor(clock: Clock, ids: IdGenerator) {
    this.#clock = clock;
    this.#ids = ids;
  }

  async accept(client: string, submissions: readonly Submission[]): Promise<readonly AcceptResult[]> {
    this.#mayBreak();
    this.accepted.push(...submissions);
    return submissions.map((submission) => this.#acceptOne(client, submission));
  }

  async retry(command: Parameters<RetryTransaction['retry']>[0]): Promise<CommandResult> {
    this.#mayBreak();
    this.retried.push(command);
    return this.#command(command.id, null, command.expectedVersions, (row) => {
      if (row.status !== 'failed') return 'only a failed transaction can be retried';
      Object.assign(row, { status: 'queued', failure: null, revision: row.revision + 1 });
      return null;
    });
  }

  async cancel(command: Parameters<CancelTransaction['cancel']>[0]): Promise<CommandResult> {
    this.#mayBreak();
    this.cancelled.push(command);
    return this.#command(command.id, command.client, command.expectedVersions, (row) => {
      if (row.status !== 'queued') return `one that is ${row.status} cannot be cancelled`;
      Object.assign(row, { status: 'cancelled', settled: true });
      return null;
    });
  }

  async close(command: Parameters<CloseFailure['close']>[0]): Promise<CommandResult> {
    this.#mayBreak();
    this.closed.push(command);
    return this.#command(command.id, null, command.expectedVersions, (row) => {
      if (row.status !== 'failed' || row.closed !== null) return 'only an open failure can be closed';
      row.closed = { at: this.#clock.now(), by: command.actor.name, reason: command.reason };
      return null;
    });
  }

  async one(id: TransactionId, client?: string): Promise<TransactionDetail | null> {
    this.#mayBreak();
    const row = this.rows.get(id);
    return row && (client === undefined || row.client === client) ? row : null;
  }

  async many(ids: readonly TransactionId[]): Promise<readonly TransactionView[]> {
    this.#mayBreak();
    this.manyCalls += 1;
    return ids.flatMap((id) => this.rows.get(id) ?? []);
  }

  async page(filter: TransactionFilter, limit: number, after: PagePosition | null): Promise<Page<TransactionView>> {
    this.#mayBreak();
    this.filters.push(filter);
    const all = [...this.rows.values()]
      .filter((row) => filter.client === undefined || row.client === filter.client)
      .filter((row) => !filter.statuses || filter.statuses.includes(row.status))
      .filter((row) => filter.from === undefined || row.from === filter.from)
      .sort((a, b) => (a.id < b.id ? 1 : -1));
    return pageOf(
      all,
      limit,
      (row) => after === null || row.id < after.id,
      (row) => row.createdAt,
    );
  }

  async audit(limit: number, before: string | null): Promise<Page<AuditView>> {
    this.#mayBreak();
    const all = [...this.audits].sort((a, b) => (a.id < b.id ? 1 : -1));
    return pageOf(
      all,
      limit,
      (entry) => before === null || entry.id < before,
      (entry) => entry.at,
    );
  }

  async signers(): Promise<readonly SignerView[]> {
    this.#mayBreak();
    const key = { chainId: CHAIN, address: SIGNER };
    const figures = { version: 1, nextNonce: 7, balanceWei: 10n ** 22n, inFlight: 2, held: [7, 9], gaps: [8] };
    return [{ key, ...figures, paused: { reason: 'a deep reorg', at: this.#clock.now() } }];
  }

  async eventsAfter(position: number, limit: number, client?: string): Promise<FeedChunk> {
    this.#mayBreak();
    this.feedReads += 1;
    const all = this.feed.filter((event) => event.sequence > position);
    const events = all.filter((event) => client === undefined || event.client === client).slice(0, limit);
    const more = events.length === limit && all.length > limit;
    return { events, position: (more ? events : all).at(-1)?.sequence ?? position, more };
  }

  async endOfEvents(): Promise<number> {
    this.#mayBreak();
    return this.feed.at(-1)?.sequence ?? 0;
  }

  #acceptOne(client: string, submission: Submission): AcceptResult {
    const { chainId, from, validUntil, idempotencyKey } = submission;
    if (chainId !== null && chainId !== CHAIN)
      return { kind: 'invalid', path: 'chainId', message: 'is not served here' };
    if (from !== null && from !== SIGNER) return { kind: 'invalid', path: 'from', message: 'is no signer of ours' };
    const fingerprint = JSON.stringify(submission, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    const known = idempotencyKey === null ? undefined : this.#keys.get(`${client} ${idempotencyKey}`);
    if (known)
      return known.fingerprint === fingerprint
        ? { kind: 'replayed', id: known.id as TransactionId }
        : { kind: 'keyReused' };
    if (validUntil !== null && validUntil <= this.#clock.now())
      return { kind: 'invalid', path: 'validUntil', message: 'is past' };
    const id = this.#ids.next() as TransactionId;
    if (idempotencyKey !== null) this.#keys.set(`${client} ${idempotencyKey}`, { id, fingerprint });
    const [at, recorded] = [this.#clock.now(), recordOf(id, client, submission, fingerprint)];
    this.rows.set(id, acceptedRow(recorded, at));
    return { kind: 'created', id, recorded, at };
  }

  #command(
    id: TransactionId,
    client: string | null,
    expectedVersions: readonly number[] | null,
    change: (row: Writable<TransactionDetail>) => string | null,
  ): CommandResult {
    const row = this.rows.get(id);
    if (!row || (client !== null && row.client !== client)) return { kind: 'notFound' };
    const current = { status: row.status, version: row.version };
    if (expectedVersions !== null && !expectedVersions.includes(row.version))
      return { kind: 'versionConflict', current };
    const message = change(row);
    if (message !== null) return { kind: 'illegal', current, message };
    row.version += 1;
    return { kind: 'done', id };
  }

  #mayBreak(): void {
    if (this.broken) throw this.broken;
  }
}

function pageOf<Item extends { readonly id: string }>(
  all: readonly Item[],
  limit: number,
  isAfter: (item: Item) => boolean,
  createdAt: (item: Item) => number,
): Page<Item> {
  const rest = all.filter(isAfter);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last && rest.length > limit ? { createdAt: createdAt(last), id: last.id } : null };
}

const recordOf = (id: TransactionId, client: string, submission: Submission, fingerprint: string): NewTransaction => ({
  id,
  client,
  chainId: CHAIN,
  signer: SIGNER,
  validUntil: submission.validUntil,
  idempotencyKey: submission.idempotencyKey,
  fingerprint,
  onlyReplay: false,
  content: submission,
});

const acceptedRow = (recorded: NewTransaction, at: number): TransactionDetail => ({
  ...viewOfNew(recorded, at),
  attempts: [],
  events: [
    { id: '1', at, type: 'Accepted', from: null, to: 'queued', actor: `client:${recorded.client}`, detail: null },
  ],
});

/** Endpoint 2 that accepts everything, and remembers it. */
export class FakeEndpointTwo implements ValidateAndBroadcast {
  readonly items: SubmitItem[] = [];

  async submit(items: readonly SubmitItem[]): Promise<readonly SubmitOutcome[]> {
    this.items.push(...items);
    return items.map(({ transactionId }) => ({ transactionId, outcome: 'accepted' }));
  }
}

/** Sessions that were opened by whoever the fake sign-in lets in; how long one is idle it does not ask. */
export class FakeAccounts implements Pick<Accounts, 'findSession' | 'closeSession'> {
  readonly sessions = new Map<string, Session>();

  open(tokenHash: Uint8Array, session: Session): void {
    this.sessions.set(Buffer.from(tokenHash).toString('hex'), session);
  }

  async findSession(tokenHash: Uint8Array, now: number): Promise<Session | null> {
    const session = this.sessions.get(Buffer.from(tokenHash).toString('hex'));
    return session && session.expiresAt > now ? session : null;
  }

  async closeSession(tokenHash: Uint8Array): Promise<void> {
    this.sessions.delete(Buffer.from(tokenHash).toString('hex'));
  }
}
