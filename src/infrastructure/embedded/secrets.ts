import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  readApiKeys,
  readEncryptionKey,
  readInternalSecret,
  type GivenSecrets,
  type Secrets,
} from '../config/secrets.ts';
import { Wrong, type Read } from '../config/setting.ts';
import { writeAtomically } from './write-atomically.ts';

const SECRETS_FILE = 'secrets.json';
/** Whose transactions they are that come with the generated key. */
const DEFAULT_CLIENT = 'default';

/** In the file beside the secrets: when a banner first showed them. Not there: none has, as where the first start failed. */
const SHOWN_AT = 'shownAt';

/** `given`: by the environment; `generated`: no banner has shown it yet, so this start does; `kept`: in the file, and shown before. */
type Origin = 'given' | 'generated' | 'kept';

export interface LoadedSecrets {
  readonly secrets: Secrets;
  readonly origins: { readonly [Name in keyof Secrets]: Origin };
  /** Where the generated ones are kept. */
  readonly file: string;
  /** The file was there before this start. */
  readonly fileExisted: boolean;
}

/** In the file each stands under its variable's name, in that variable's form. */
interface Kind<Value> {
  readonly variable: string;
  readonly read: (text: string) => Read<Value>;
  readonly generate: () => string;
}

const KINDS: { readonly [Name in keyof Secrets]: Kind<Secrets[Name]> } = {
  apiKeys: {
    variable: 'API_KEYS',
    read: readApiKeys,
    generate: () => `${DEFAULT_CLIENT}:tb_${randomBytes(32).toString('base64url')}`,
  },
  adminPassword: {
    variable: 'ADMIN_PASSWORD',
    read: (text) => text,
    generate: () => randomBytes(18).toString('base64url'),
  },
  internalSecret: {
    variable: 'INTERNAL_SECRET',
    read: readInternalSecret,
    generate: () => `whsec_${randomBytes(32).toString('base64')}`,
  },
  fieldEncryptionKey: {
    variable: 'FIELD_ENCRYPTION_KEY',
    read: readEncryptionKey,
    generate: () => `base64:${randomBytes(32).toString('base64')}`,
  },
};

/** The file cannot be used. Nothing is generated in its place: what the lost key has sealed would be lost with it. */
export class SecretsUnreadable extends Error {
  override readonly name = 'SecretsUnreadable';
  constructor(file: string, reason: string, sealed: boolean) {
    super(
      `The secrets in ${file} cannot be used (${reason}). ${
        sealed
          ? 'The database was sealed with the key that belongs in this file, and nothing else opens it: restore the file from a ' +
            `backup, or give the key as FIELD_ENCRYPTION_KEY. If nothing in the database matters, delete the data folder ${dirname(file)} and start anew.`
          : 'Mend the file, or delete it: no database was sealed with its key yet.'
      }`,
    );
  }
}

/**
 * Every secret: the environment's, else the file's, else a new one, which is in the file (mode 0600) when this returns.
 * @param folder the data folder, held by this process
 * @param sealed there is a database already that was sealed with the file's key, or the given one: no other is generated
 * @throws {SecretsUnreadable}
 */
export function loadSecrets(folder: string, given: GivenSecrets, sealed: boolean): LoadedSecrets {
  const file = join(folder, SECRETS_FILE);
  const fileExisted = existsSync(file);
  const kept = Object.values(given).includes(null) ? readFile(file, sealed) : {};
  if (sealed && given.fieldEncryptionKey === null && kept[KINDS.fieldEncryptionKey.variable] === undefined) {
    const reason = fileExisted ? `it holds no ${KINDS.fieldEncryptionKey.variable}` : 'it is missing';
    throw new SecretsUnreadable(file, reason, sealed);
  }
  const made: Record<string, string> = {};
  const one = <Value>(value: Value | null, kind: Kind<Value>): { value: Value; origin: Origin } => {
    if (value !== null) return { value, origin: 'given' };
    const old = kept[kind.variable];
    const text = old ?? kind.generate();
    if (old === undefined) made[kind.variable] = text;
    const read = kind.read(text);
    if (read instanceof Wrong) throw new SecretsUnreadable(file, `${kind.variable}: ${read.expected}`, sealed);
    return { value: read, origin: old === undefined || kept[SHOWN_AT] === undefined ? 'generated' : 'kept' };
  };
  const apiKeys = one(given.apiKeys, KINDS.apiKeys);
  const adminPassword = one(given.adminPassword, KINDS.adminPassword);
  const internalSecret = one(given.internalSecret, KINDS.internalSecret);
  const fieldEncryptionKey = one(given.fieldEncryptionKey, KINDS.fieldEncryptionKey);
  if (Object.keys(made).length > 0) {
    const { [SHOWN_AT]: _, ...others } = kept;
    write(file, { ...others, ...made });
  }
  return {
    secrets: {
      apiKeys: apiKeys.value,
      adminPassword: adminPassword.value,
      internalSecret: internalSecret.value,
      fieldEncryptionKey: fieldEncryptionKey.value,
    },
    origins: {
      apiKeys: apiKeys.origin,
      adminPassword: adminPassword.origin,
      internalSecret: internalSecret.origin,
      fieldEncryptionKey: fieldEncryptionKey.origin,
    },
    file,
    fileExisted,
  };
}

/** Called after a banner: what it showed of the file is not shown again. */
export function noteShown({ file, origins }: LoadedSecrets, at: Date): void {
  if (origins.apiKeys !== 'generated' && origins.adminPassword !== 'generated') return;
  write(file, { ...readFile(file, true), [SHOWN_AT]: at.toISOString() });
}

const write = (file: string, content: Readonly<Record<string, string>>): void =>
  writeAtomically(file, `${JSON.stringify(content, null, 2)}\n`);

function readFile(file: string, sealed: boolean): Readonly<Record<string, string>> {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const isObject = typeof content === 'object' && content !== null && !Array.isArray(content);
    if (!isObject || !Object.values(content).every((value) => typeof value === 'string'))
      throw new SecretsUnreadable(file, 'it is no object of texts', sealed);
    chmodSync(file, 0o600); // it may have been copied here
    return content as Record<string, string>;
  } catch (error) {
    if (error instanceof SecretsUnreadable) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    // A parser quotes the text, which is secret.
    throw new SecretsUnreadable(file, error instanceof SyntaxError ? 'it is no JSON' : String(error), sealed);
  }
}
