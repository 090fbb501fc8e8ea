import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Passwords } from '../../../application/ports/passwords.ts';

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/**
 * One of the settings that OWASP's password storage cheat sheet holds equal (the others trade memory for passes): 16 MiB a guess, so that
 * two at once cost a small server nothing that it would miss.
 */
const COST: Cost = { N: 2 ** 14, r: 8, p: 5 };
const HASH_BYTES = 32;
const SALT_BYTES = 16;
const MAX_MEMORY_BYTES = 256 * 1024 * 1024;

const FORM = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

const derive = promisify<string, Buffer, number, Cost & { maxmem: number }, Buffer>(scrypt);

/** `$scrypt$ln=14,r=8,p=5$SALT$HASH`, base64 without padding: the form of the PHC's strings. */
export class ScryptPasswords implements Passwords {
  readonly #cost: Cost;
  readonly #nobodys: string;

  constructor(cost: Cost = COST) {
    this.#cost = cost;
    this.#nobodys = written(cost, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return written(this.#cost, salt, await derived(password, salt, this.#cost));
  }

  async verify(password: string, hash: string | null): Promise<'right' | 'outdated' | 'wrong'> {
    const [, ln, r, p, salt, right] = FORM.exec(hash ?? this.#nobodys) ?? [];
    if (salt === undefined || right === undefined) throw new Error('a stored password hash is not in its form');
    const cost: Cost = { N: 2 ** Number(ln), r: Number(r), p: Number(p) };
    const given = await derived(password, Buffer.from(salt, 'base64'), cost);
    if (!timingSafeEqual(given, Buffer.from(right, 'base64'))) return 'wrong';
    const { N, r: blocks, p: passes } = this.#cost;
    return cost.N === N && cost.r === blocks && cost.p === passes ? 'right' : 'outdated';
  }
}

/** The same characters typed on another keyboard may come as other code points. */
const derived = (password: string, salt: Buffer, cost: Cost): Promise<Buffer> =>
  derive(password.normalize('NFKC'), salt, HASH_BYTES, { ...cost, maxmem: MAX_MEMORY_BYTES });

const written = ({ N, r, p }: Cost, salt: Buffer, hash: Buffer): string =>
  `$scrypt$ln=${Math.log2(N)},r=${r},p=${p}$${plainBase64(salt)}$${plainBase64(hash)}`;

const plainBase64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
