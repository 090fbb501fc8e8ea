import { ROLES, type Role } from '../../../../application/ports/accounts.ts';

/** Who may make a call. A role admits the higher ones too: viewer ⊂ operator ⊂ administrator. */
export type Who = 'anyone' | 'client' | 'signing side' | Role;

export const isRole = (who: Who): who is Role => (ROLES as readonly Who[]).includes(who);
