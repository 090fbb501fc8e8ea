import type { Millis } from '../../domain/primitives.ts';

export interface Clock {
  now(): Millis;
}

/** Uniform in [0, 1). */
export interface Random {
  next(): number;
}

/** UUIDv7: time-ordered, and strictly ascending within a process. */
export interface IdGenerator {
  next(): string;
}
