import { integer } from './setting.ts';

/** How long somebody stays signed in. */
export const sessionSettings = {
  SESSION_IDLE_MINUTES: integer(1, 1_440, 'after how many minutes without a call a session is over').default(30),
  SESSION_MAX_HOURS: integer(1, 168, 'after how many hours a session is over however much it is used').default(12),
};
