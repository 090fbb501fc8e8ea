import { z } from 'zod';

/** No form is asked of a name or a password but a length: what is wrong with them, 401 says for all cases alike. */
export const signInBody = z.strictObject({
  username: z.string().min(1).max(200),
  password: z.string().min(1).max(1_024),
});
