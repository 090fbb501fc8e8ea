const NAME = 'tb_session';
const FORM = /^[A-Za-z0-9_-]{1,128}$/;

/** The session's token in a `Cookie` header, or null. */
export function tokenFromCookie(header: string | undefined): string | null {
  for (const part of header?.split(';') ?? []) {
    const [name, value = ''] = part.trim().split('=', 2);
    if (name === NAME && FORM.test(value)) return value;
  }
  return null;
}

/** Out of reach for scripts and for other sites; over https only where it was given over https. */
export const sessionCookie = (token: string, maxAgeSeconds: number, secure: boolean): string =>
  `${NAME}=${token}; Max-Age=${maxAgeSeconds}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;

export const endedCookie = (secure: boolean): string => sessionCookie('', 0, secure);
