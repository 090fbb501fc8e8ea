const FORM = /^Bearer +([\x21-\x7e]{1,512})$/i;

/** The token of `Authorization: Bearer TOKEN` (RFC 6750, 2.1), or null. */
export const bearerToken = (authorization: string | undefined): string | null =>
  authorization === undefined ? null : (FORM.exec(authorization)?.[1] ?? null);
