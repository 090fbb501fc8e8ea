import { listOf, repeated, setting, Wrong, type Read } from './setting.ts';

/** A client's name and one of its keys. A client may have two, so that they can be changed without a gap. */
export interface ApiKey {
  readonly client: string;
  readonly secret: string;
}

/** What the environment gives; null where it does not. */
export interface GivenSecrets {
  readonly apiKeys: readonly ApiKey[] | null;
  readonly adminPassword: string | null;
  /** The key of the HMAC: what stands behind `whsec_`, 24 to 64 bytes. */
  readonly internalSecret: Uint8Array | null;
  /** 32 bytes: wraps the data keys. */
  readonly fieldEncryptionKey: Uint8Array | null;
}

/** All of them, given or generated. */
export type Secrets = { readonly [Name in keyof GivenSecrets]: NonNullable<GivenSecrets[Name]> };

const KEYS_PER_CLIENT = 2;
const API_KEYS =
  'name:secret, comma-separated; a name of letters, digits and . _ -, a secret of at least 16 visible characters ' +
  'without commas, no secret twice, at most two for a name';
const ENCRYPTION_KEY = 'base64: and the base64 of 32 bytes';

export const secretSettings = {
  API_KEYS: setting(readApiKeys).optional(),
  ADMIN_USERNAME: setting((text) =>
    /^[\x21-\x7e]{1,64}$/.test(text) ? text : new Wrong('1 to 64 visible ASCII characters'),
  ).default('admin'),
  ADMIN_PASSWORD: setting((text) =>
    text.length >= 8 && text.length <= 256 ? text : new Wrong('8 to 256 characters'),
  ).optional(),
  INTERNAL_SECRET: setting(readInternalSecret).optional(),
  FIELD_ENCRYPTION_KEY: setting(readEncryptionKey).optional(),
  FIELD_ENCRYPTION_KEYS_OLD: setting((text) => listOf(text, readEncryptionKey)).optional(),
};

/** Their bad values are never shown. */
export const SECRET_NAMES: ReadonlySet<string> = new Set([
  'API_KEYS',
  'ADMIN_PASSWORD',
  'INTERNAL_SECRET',
  'FIELD_ENCRYPTION_KEY',
  'FIELD_ENCRYPTION_KEYS_OLD',
  'KEYSTORE_PASSPHRASE',
]);

export function readApiKeys(text: string): Read<readonly ApiKey[]> {
  const keys = listOf(text, (item): Read<ApiKey> => {
    const [, client, secret] = /^([A-Za-z0-9._-]{1,64}):([\x21-\x7e]{16,256})$/.exec(item) ?? [];
    return client === undefined || secret === undefined ? new Wrong(API_KEYS) : { client, secret };
  });
  if (keys instanceof Wrong) return keys;
  const tooMany = keys.some(({ client }) => keys.filter((key) => key.client === client).length > KEYS_PER_CLIENT);
  return tooMany || repeated(keys, (key) => key.secret) !== undefined ? new Wrong(API_KEYS) : keys;
}

export function readInternalSecret(text: string): Read<Uint8Array> {
  const bytes = text.startsWith('whsec_') ? base64(text.slice('whsec_'.length)) : null;
  return bytes !== null && bytes.length >= 24 && bytes.length <= 64
    ? bytes
    : new Wrong('whsec_ and the base64 of 24 to 64 bytes');
}

export function readEncryptionKey(text: string): Read<Uint8Array> {
  if (text.startsWith('kms:')) return new Wrong(`keys in AWS KMS come with a later release; ${ENCRYPTION_KEY}`);
  const bytes = text.startsWith('base64:') ? base64(text.slice('base64:'.length)) : null;
  return bytes?.length === 32 ? bytes : new Wrong(ENCRYPTION_KEY);
}

/** `Buffer.from` skips what is no base64 and would shorten a mistyped key; so it must come out the same. */
function base64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64');
  const [canonical, given] = [bytes.toString('base64'), text].map((spelling) => spelling.replace(/=+$/, ''));
  return canonical === given ? new Uint8Array(bytes) : null;
}
