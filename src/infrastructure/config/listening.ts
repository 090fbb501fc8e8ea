import { isIP } from 'node:net';
import { integer, listOf, repeated, setting, Wrong } from './setting.ts';

/** `api`: HTTP; `worker`: outbox relay, signing, sweeper; `tracker`: blocks. */
export const PROCESS_ROLES = ['api', 'worker', 'tracker'] as const;
export type ProcessRole = (typeof PROCESS_ROLES)[number];

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,62})(\.[a-z0-9]([a-z0-9-]{0,62}))*\.?$/i;

export const DEFAULT_ADDRESS = { host: '127.0.0.1', port: 3000 } as const;

/** Whom it serves and how it speaks. */
export const listeningSettings = {
  PORT: integer(0, 65_535, 'the port to listen on, 0 for any free one').default(DEFAULT_ADDRESS.port),
  HOST: setting((text) =>
    isIP(text) !== 0 || (HOST_NAME.test(text) && !/^[\d.]+$/.test(text))
      ? text
      : new Wrong('an IP address or a name to listen on, such as 127.0.0.1'),
  ).default(DEFAULT_ADDRESS.host),
  INTERNAL_URL: setting((text) =>
    isPlainHttpUrl(text)
      ? text.replace(/\/+$/, '')
      : new Wrong('the http:// or https:// address of endpoint 2, without user and password'),
  ).optional(),
  ROLES: setting((text) => {
    const expected = new Wrong(`some of ${PROCESS_ROLES.join(', ')}, each once, comma-separated`);
    const roles = listOf(text, (item) => PROCESS_ROLES.find((role) => role === item) ?? expected);
    if (roles instanceof Wrong) return roles;
    return repeated(roles, String) === undefined ? roles : expected;
  }).default([...PROCESS_ROLES]),
  RATE_LIMIT_PER_SECOND: integer(0, 1_000_000, 'transactions a second and client, 0 for no limit').optional(),
  LOG_LEVEL: setting(
    (text) => LOG_LEVELS.find((level) => level === text) ?? new Wrong(`one of ${LOG_LEVELS.join(', ')}`),
  ).default('info'),
};

function isPlainHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && [username, password, search, hash].every((part) => part === '');
}
