import type { Role } from '../../../../application/ports/accounts.ts';
import type { Answer } from '../answer.ts';
import type { Who } from './who.ts';

interface Anyone {
  readonly kind: 'anyone';
}
interface ClientCaller {
  readonly kind: 'client';
  readonly name: string;
}
/** Its headers look right; whether it is the signing side, its signature over the body says. */
interface SigningSide {
  readonly kind: 'signing side';
  signed(body: Uint8Array): boolean;
}
interface UserCaller {
  readonly kind: 'user';
  readonly username: string;
  readonly role: Role;
  readonly tokenHash: Uint8Array;
}
export type Caller = Anyone | ClientCaller | SigningSide | UserCaller;

export type CallerOf<W extends Who> = W extends 'anyone'
  ? Anyone
  : W extends 'client'
    ? ClientCaller
    : W extends 'signing side'
      ? SigningSide
      : UserCaller;

/** Who is calling, or the answer that refuses it. */
export type Authentication =
  { readonly ok: true; readonly caller: Caller } | { readonly ok: false; readonly answer: Answer };

export const refused = (answer: Answer): Authentication => ({ ok: false, answer });
