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

const PAYEE = '0x000000000000000000000000000000000000dEaD';

/**
 * What a newcomer needs: where everything is, and a line to paste. A secret is shown by the start that made it; their file by each, since
 * that first start may have ended before it came to its banner.
 */
export function banner({ config, secrets, origin, rpcUrl, chainId }: BannerFacts): string {
  if (origin === null) return ['', `Transaction Broadcaster is ready (${config.roles.join(', ')}).`, ''].join('\n');
  const { secrets: values, origins, file } = secrets;
  const shown = (name: 'apiKeys' | 'adminPassword', value: string): string =>
    origins[name] === 'generated' ? value : origins[name] === 'kept' ? `in ${file}` : 'as you set it';
  const key = origins.apiKeys === 'generated' ? (values.apiKeys[0]?.secret ?? 'KEY') : 'KEY';
  const lines = [
    ['Console', `${origin}/ (as yet a page of links: the console comes with a later release)`],
    ['API', `${origin}/v1`],
    ['Docs', `${origin}/docs`],
    ['Chain', `${chainId} at ${new URL(rpcUrl).origin}`],
    ['API key', shown('apiKeys', values.apiKeys[0]?.secret ?? '')],
    ['Admin', `${config.adminUsername} / ${shown('adminPassword', values.adminPassword)}`],
    ...(Object.values(origins).every((from) => from === 'given')
      ? []
      : [['Secrets', `${file} (API_KEYS in it is NAME:KEY; the key is what stands behind the colon)`]]),
  ].map(([name, value]) => `  ${`${name ?? ''}:`.padEnd(10)}${value ?? ''}`);
  const curl = `curl -X POST ${origin}/v1/transactions -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' -d '{"to":"${PAYEE}","value":"1"}'`;
  return [
    '',
    'Transaction Broadcaster is ready.',
    ...lines,
    '',
    key === 'KEY' ? 'Send a transaction (with your API key for KEY):' : 'Send a transaction:',
    `  ${curl}`,
    '',
  ].join('\n');
}
