import type { Config } from '../config/config.ts';
import type { LoadedSecrets } from '../embedded/secrets.ts';

export interface BannerFacts {
  readonly config: Config;
  readonly secrets: LoadedSecrets;
  /** `http://host:port`; null where this process does not serve HTTP. */
  readonly origin: string | null;
  readonly rpcUrl: string;
  readonly chainId: number;
}

/** Pasted again it is the same transaction: what a newcomer should see first. */
const IDEMPOTENCY_KEY = 'my-first-payment';
const PAYEE = '0x000000000000000000000000000000000000dEaD';

/**
 * What a newcomer needs: where everything is, and a line to paste. Secrets that were generated are shown by the first banner, their file
 * by each.
 */
export function banner({ config, secrets, origin, rpcUrl, chainId }: BannerFacts): string {
  if (origin === null) return ['', `Transaction Broadcaster is ready (${config.roles.join(', ')}).`, ''].join('\n');
  const { secrets: values, origins, file } = secrets;
  const shown = (name: 'apiKeys' | 'adminPassword', variable: string, value: string): string =>
    origins[name] === 'generated' ? value : origins[name] === 'kept' ? `in ${file} (${variable})` : 'as you set it';
  const password = shown('adminPassword', 'ADMIN_PASSWORD', values.adminPassword);
  const key = origins.apiKeys === 'generated' ? (values.apiKeys[0]?.secret ?? 'KEY') : 'KEY';
  const lines = [
    ['Console', `${origin}/ (as yet a page of links: the console comes with a later release)`],
    ['API', `${origin}/v1`],
    ['Docs', `${origin}/docs`],
    ['Chain', `${chainId} at ${new URL(rpcUrl).origin}`],
    ['API key', shown('apiKeys', 'API_KEYS', values.apiKeys[0]?.secret ?? '')],
    [
      'Admin',
      origins.adminPassword === 'generated'
        ? `${config.adminUsername} / ${password}`
        : `${config.adminUsername}, password ${password}`,
    ],
    ...(Object.values(origins).every((from) => from === 'given')
      ? []
      : [['Secrets', `${file} (API_KEYS in it is NAME:KEY; the key is what stands behind the colon)`]]),
  ].map(([name, value]) => `  ${`${name ?? ''}:`.padEnd(10)}${value ?? ''}`);
  const curl = `curl -X POST ${origin}/v1/transactions -H 'Authorization: Bearer ${key}' -H 'Idempotency-Key: ${IDEMPOTENCY_KEY}' -H 'Content-Type: application/json' -d '{"to":"${PAYEE}","value":"1"}'`;
  return [
    '',
    'Transaction Broadcaster is ready.',
    ...lines,
    '',
    key === 'KEY' ? 'Send a transaction (with your API key for KEY):' : 'Send a transaction:',
    `  ${curl}`,
    'Pasted again it answers the same transaction; another Idempotency-Key sends another one.',
    '',
  ].join('\n');
}
