import { PROCESS_ROLES } from './listening.ts';
import { NOT_SET, type Problem } from './problem.ts';
import { SIGNERS } from './signers.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const SECRETS_WITHOUT_DEFAULT = ['API_KEYS', 'ADMIN_PASSWORD', 'INTERNAL_SECRET', 'FIELD_ENCRYPTION_KEY'];

/** "Embedded": neither a database nor messaging is named. */
export const isEmbedded = (env: Environment): boolean =>
  env['DATABASE_URL'] === undefined && env['MESSAGING'] === undefined;

/**
 * What is missing because of what else is given. Asked of the text, not of the values, so that a reader learns of it even where another
 * setting is wrong at the same time.
 */
export function missingSettings(env: Environment): readonly Problem[] {
  const missing = (name: string, expected: string): Problem[] =>
    env[name] === undefined ? [{ name, value: NOT_SET, expected }] : [];
  const roles = (env['ROLES'] ?? PROCESS_ROLES.join(',')).split(',').map((role) => role.trim());
  return [
    ...(isEmbedded(env)
      ? []
      : SECRETS_WITHOUT_DEFAULT.flatMap((name) =>
          missing(name, 'must be given, as secrets are generated for the embedded database and messaging only'),
        )),
    ...(env['RPC_URLS'] === undefined ? [] : missing('SIGNERS', `say which accounts sign on this chain: ${SIGNERS}`)),
    ...(/(^|,)\s*keystore:[^,]/.test(env['SIGNERS'] ?? '')
      ? missing('KEYSTORE_PASSPHRASE', 'the passphrase that opens the keystore files')
      : []),
    ...(roles.includes('worker') && !roles.includes('api')
      ? missing('INTERNAL_URL', 'where endpoint 2 is, as this process signs but does not serve HTTP')
      : []),
  ];
}
