import type { Millis } from '../../domain/primitives.ts';
import type { Accounts, Role } from '../ports/accounts.ts';
import type { Clock } from '../ports/clock.ts';
import type { Counters, Counted, Hit } from '../ports/counters.ts';
import type { FieldCipher } from '../ports/field-cipher.ts';
import type { Passwords } from '../ports/passwords.ts';
import { bounded } from '../bounded.ts';

const WINDOW_MS = 15 * 60_000;
const FAILURES = 10;
/** For so long after a sign-in the user's address is a known one. */
const KNOWN_MS = 30 * 24 * 60 * 60_000;

/** Hashing takes a quarter of a second on the thread pool that files and names also need: two of its four threads at most. */
const AT_ONCE = 2;
const MOST_WAITING = 20;

export interface SignInParts {
  readonly accounts: Pick<Accounts, 'credentials' | 'openSession' | 'rehash'>;
  readonly counters: Counters;
  readonly passwords: Passwords;
  readonly cipher: Pick<FieldCipher, 'blindIndex'>;
  readonly clock: Clock;
  /** How long a session lasts at most. */
  readonly sessionMs: number;
}

export interface SignInRequest {
  readonly username: string;
  readonly password: string;
  /** Where it comes from; of an IPv6 address the network. */
  readonly address: string;
  /** Of the token that the session will be known by. */
  readonly tokenHash: Uint8Array;
}

export type SignInOutcome =
  | { readonly kind: 'signedIn'; readonly username: string; readonly role: Role; readonly expiresAt: Millis }
  /** A wrong name, a wrong password and a disabled user look alike. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  /** Too many are being checked already. */
  | { readonly kind: 'busy' };

/** The counters of one attempt. Their names are keyed hashes: what was typed as a name may be a password in the wrong field. */
interface Buckets {
  /** This name from this address. */
  readonly pair: Hit;
  /** This address, whatever the name. */
  readonly address: Hit;
  /** This name, from addresses where it never signed in: others' guesses shall not keep out who is known. */
  readonly strangers: Hit;
  readonly known: Hit;
}

/**
 * Checks name and password, and opens a session. At most ten failures in 15 minutes are let through for an address, and for a name from
 * addresses that are not known to be its user's. An attempt is counted before the password is looked at and taken back where that is right:
 * a thousand at once pass no more than ten.
 */
export class SignIn {
  readonly #limited = bounded(AT_ONCE, MOST_WAITING);

  constructor(private readonly parts: SignInParts) {}

  async signIn(request: SignInRequest): Promise<SignInOutcome> {
    const outcome = await this.#limited(() => this.#try(request));
    return outcome === 'busy' ? { kind: 'busy' } : outcome;
  }

  async #try(request: SignInRequest): Promise<SignInOutcome> {
    const { counters, clock } = this.parts;
    const { pair, address, strangers, known } = await this.#buckets(request);
    const [seen] = await counters.hit([known], clock.now());
    const buckets = seen !== undefined && seen.count > 0 ? [pair, address] : [pair, address, strangers];
    // Looked at first: who is refused costs the database no write.
    const before = await counters.hit(buckets, clock.now());
    const waitMs = longestWait(before, FAILURES);
    if (waitMs > 0) return { kind: 'throttled', retryAfterMs: waitMs };
    const counted = await counters.hit(
      buckets.map((bucket) => ({ ...bucket, n: 1 })),
      clock.now(),
    );
    const overMs = longestWait(counted, FAILURES + 1);
    if (overMs > 0) return { kind: 'throttled', retryAfterMs: overMs };
    const outcome = await this.#check(request);
    if (outcome.kind === 'signedIn') {
      const taken = buckets.map((bucket) => ({ ...bucket, n: -1 }));
      await counters.hit([...taken, { ...known, n: seen?.count === 0 ? 1 : 0, renews: true }], clock.now());
    }
    return outcome;
  }

  async #check({ username, password, tokenHash }: SignInRequest): Promise<SignInOutcome> {
    const { accounts, passwords, clock, sessionMs } = this.parts;
    const user = await accounts.credentials(username);
    const verdict = await passwords.verify(password, user?.passwordHash ?? null);
    if (user === null || user.disabled || verdict === 'wrong') return { kind: 'refused' };
    let { passwordHash } = user;
    if (verdict === 'outdated') {
      const better = await passwords.hash(password);
      await accounts.rehash(username, passwordHash, better);
      passwordHash = better;
    }
    const now = clock.now();
    const expiresAt = now + sessionMs;
    const opened = await accounts.openSession(tokenHash, { username, passwordHash, expiresAt }, now);
    return opened ? { kind: 'signedIn', username, role: user.role, expiresAt } : { kind: 'refused' };
  }

  async #buckets({ username, address }: SignInRequest): Promise<Buckets> {
    const names = await this.parts.cipher.blindIndex('sign-in', [
      JSON.stringify(['pair', username, address]),
      JSON.stringify(['address', address]),
      JSON.stringify(['strangers', username]),
      JSON.stringify(['known', username, address]),
    ]);
    const [pair = '', byAddress = '', strangers = '', known = ''] = names.map((name) => `sign-in:${hex(name)}`);
    const looking = { n: 0, windowMs: WINDOW_MS };
    return {
      pair: { key: pair, ...looking },
      address: { key: byAddress, ...looking },
      strangers: { key: strangers, ...looking },
      known: { key: known, n: 0, windowMs: KNOWN_MS },
    };
  }
}

const longestWait = (counted: readonly Counted[], from: number): number =>
  Math.max(0, ...counted.filter(({ count }) => count >= from).map(({ retryAfterMs }) => retryAfterMs));

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
