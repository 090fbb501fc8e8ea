import { describe, expect, test } from 'vitest';
import type { ChainId } from '../../../../src/domain/primitives.ts';
import { describeProblems } from '../../../../src/infrastructure/config/problem.ts';
import { readConfig } from '../../../../src/infrastructure/config/read-config.ts';
import type { Environment } from '../../../../src/infrastructure/config/rules.ts';
import { developmentSignerProblems } from '../../../../src/infrastructure/config/signers.ts';

const KEY_32 = `base64:${Buffer.alloc(32, 7).toString('base64')}`;
const INTERNAL_SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const SHARED = {
  API_KEYS: 'shop:0123456789abcdef',
  ADMIN_PASSWORD: 'correct horse',
  INTERNAL_SECRET,
  FIELD_ENCRYPTION_KEY: KEY_32,
};

function configOf(env: Environment) {
  const read = readConfig(env, '/srv');
  if (!read.ok) throw new Error(describeProblems(read.problems));
  return read.config;
}

function problemsOf(env: Environment) {
  const read = readConfig(env, '/srv');
  return read.ok ? [] : read.problems;
}

const namesOf = (env: Environment) => problemsOf(env).map(({ name }) => name);

describe('defaults', () => {
  test('nothing set: everything embedded, as the contract lists it', () => {
    expect(configOf({ PATH: '/bin', AWS_REGION: 'x' })).toEqual({
      embedded: true,
      listen: { host: '127.0.0.1', port: 3000 },
      roles: ['api', 'worker', 'tracker'],
      logLevel: 'info',
      rateLimitPerSecond: 0,
      internalUrl: null,
      dataDir: '/srv/data',
      database: { kind: 'sqlite', path: '/srv/data/broadcaster.sqlite' },
      messaging: 'memory',
      chain: {
        node: { kind: 'embedded', blockTimeMs: 1000 },
        confirmations: 2,
        rpcTimeoutMs: 22_000,
        maxFeePerGasWei: null,
        maxInFlight: 1000,
      },
      signers: [0, 1, 2, 3].map((index) => ({ kind: 'dev', index })),
      keystorePassphrase: null,
      retry: { strategy: 'linear', baseMs: 35_000, stepMs: 10_000, maxRetries: 16 },
      adminUsername: 'admin',
      secrets: { apiKeys: null, adminPassword: null, internalSecret: null, fieldEncryptionKey: null },
      sessions: { idleMs: 30 * 60_000, longestMs: 12 * 3_600_000 },
      fieldEncryptionKeysOld: [],
    });
  });

  test('a node of its own keeps the embedded database; it must say who signs', () => {
    const config = configOf({
      RPC_URLS: 'http://127.0.0.1:8545, https://node.example/v1',
      SIGNERS: 'dev:0,keystore:k.json',
      KEYSTORE_PASSPHRASE: 'p',
    });
    expect(config.embedded).toBe(true);
    expect(config.chain.node).toEqual({ kind: 'rpc', urls: ['http://127.0.0.1:8545', 'https://node.example/v1'] });
    expect(config.signers).toEqual([
      { kind: 'dev', index: 0 },
      { kind: 'keystore', path: '/srv/k.json' },
    ]);
  });

  test('a database that is named makes secrets and the rate limit serious', () => {
    const config = configOf({ ...SHARED, DATABASE_URL: 'sqlite:db/b.sqlite' });
    expect(config).toMatchObject({
      embedded: false,
      rateLimitPerSecond: 200,
      database: { kind: 'sqlite', path: '/srv/db/b.sqlite' },
    });
    expect(config.secrets.apiKeys).toEqual([{ client: 'shop', secret: '0123456789abcdef' }]);
    expect(config.secrets.internalSecret).toEqual(new Uint8Array(32).fill(9));
    expect(config.secrets.fieldEncryptionKey).toEqual(new Uint8Array(32).fill(7));
  });

  test('a client may have two keys, and secrets may hold colons', () => {
    const { secrets } = configOf({ API_KEYS: 'shop:0123456789abcdef,shop:fedcba9876543210,till:a:b:c:d:e:f:g:h:i' });
    expect(secrets.apiKeys).toHaveLength(3);
    expect(secrets.apiKeys?.[2]).toEqual({ client: 'till', secret: 'a:b:c:d:e:f:g:h:i' });
  });

  test('exponential retries have a cap in place of a step', () => {
    expect(configOf({ RETRY_STRATEGY: 'exponential', RETRY_CAP_MS: '9000' }).retry).toEqual({
      strategy: 'exponential',
      baseMs: 35_000,
      capMs: 9000,
      maxRetries: 16,
    });
  });
});

describe('problems', () => {
  test('all at once, in the words of the setting, and no other is named', () => {
    const bad = { PORT: 'eighty', RPC_URLS: 'not a url', RETRY_MAX: '-3', SIGNERS: 'dev:zero' };
    const good = { HOST: '127.0.0.1', CONFIRMATIONS: '3', RETRY_BASE_MS: '1000' };
    const secret = `whsec_${Buffer.from('too short').toString('base64')}`;
    const problems = problemsOf({ ...bad, ...good, INTERNAL_SECRET: secret });
    expect(problems.map(({ name }) => name).sort()).toEqual([...Object.keys(bad), 'INTERNAL_SECRET'].sort());
    const text = describeProblems(problems);
    for (const value of Object.values(bad)) expect(text).toContain(value);
    for (const name of Object.keys(good)) expect(text).not.toMatch(new RegExp(`\\b${name}\\b`));
    expect(text).not.toContain(secret.slice(6));
  });

  test.each([
    ['PORT', ['65536', '-1', '1.5', '0x10', ' ', '1e3', '99999999999999999999']],
    ['HOST', ['', 'two words', 'http://x', '999.1.1.1', '256.0.0.1']],
    ['DATABASE_URL', ['mysql://u:p@h/d', 'sqlite:', 'sqlite://x', 'sqlite::memory:', 'postgres://h/d', 'memory']],
    ['MESSAGING', ['aws', 'Memory', 'redis']],
    ['RPC_URLS', ['ws://h', 'localhost:8545', 'http://a,,http://b', 'http://a,http://a/', '']],
    ['CHAINS_FILE', ['chains.json']],
    ['CONFIG_SECRET_ARN', ['arn:aws:secretsmanager:eu:1:secret:x']],
    ['STUCK_AFTER_BLOCKS', ['6']],
    ['ANVIL_BLOCK_TIME_MS', ['0', '49', 'fast']],
    ['SIGNERS', ['dev:20', 'dev:01', 'dev:', 'keystore:', 'kms:alias/x', 'dev:0,dev:0', 'dev:0,', '0xf39F']],
    ['SESSION_IDLE_MINUTES', ['0', '1441', '1.5']],
    ['SESSION_MAX_HOURS', ['0', '169']],
    ['CONFIRMATIONS', ['0', '1001']],
    ['RETRY_BASE_MS', ['0', '86400001']],
    ['RETRY_STEP_MS', ['-1']],
    ['RETRY_STRATEGY', ['fibonacci']],
    ['RETRY_CAP_MS', ['0']],
    ['RPC_TIMEOUT_MS', ['0', '600001']],
    ['MAX_FEE_PER_GAS_WEI', ['0', '-1', '0x1', '1.5', (2n ** 256n).toString()]],
    ['FIELD_ENCRYPTION_KEY', ['base64:AAAA', KEY_32.slice(7), 'kms:x', `${KEY_32}!`, 'base64:']],
    ['FIELD_ENCRYPTION_KEYS_OLD', [`${KEY_32},base64:AAAA`, `${KEY_32},`]],
    ['API_KEYS', ['shop', 'shop:short', ':0123456789abcdef', 'a b:0123456789abcdef', 'a:0123456789abcde ']],
    ['API_KEYS', ['a:0123456789abcdef,b:0123456789abcdef', [1, 2, 3].map((n) => `a:0123456789abcdef${n}`).join()]],
    ['ADMIN_USERNAME', ['two words', 'x'.repeat(65)]],
    ['ADMIN_PASSWORD', ['1234567']],
    ['INTERNAL_SECRET', [INTERNAL_SECRET.slice(6), `whsec_${Buffer.alloc(65).toString('base64')}`, 'whsec_***']],
    ['INTERNAL_URL', ['localhost', 'http://user:pw@h', 'http://h/?q=1']],
    ['ROLES', ['api,api', 'api,cook', '', 'API']],
    ['RATE_LIMIT_PER_SECOND', ['-1', 'none']],
    ['MAX_IN_FLIGHT', ['0', '100001']],
    ['LOG_LEVEL', ['verbose']],
  ])('%s is refused where it is %j', (name, values) => {
    const others =
      name === 'RPC_URLS' ? { SIGNERS: 'dev:0' } : name === 'MESSAGING' || name === 'DATABASE_URL' ? SHARED : {};
    for (const value of values) expect(namesOf({ ...others, [name]: value }), value).toEqual([name]);
  });

  test.each([
    ['RPC_URLS given, no signers', { RPC_URLS: 'http://h' }, ['SIGNERS']],
    ['RPC_URLS wrong, no signers', { RPC_URLS: 'h' }, ['RPC_URLS', 'SIGNERS']],
    ['a database named, no secrets', { DATABASE_URL: 'memory:' }, Object.keys(SHARED)],
    ['messaging named, one secret missing', { MESSAGING: 'memory', ...SHARED, API_KEYS: undefined }, ['API_KEYS']],
    ['a keystore without its passphrase', { SIGNERS: 'dev:1, keystore:x' }, ['KEYSTORE_PASSPHRASE']],
    ['a worker without HTTP', { ROLES: 'worker,tracker' }, ['INTERNAL_URL']],
  ])('what is missing because of another setting: %s', (_, env, names) => {
    expect(namesOf(env)).toEqual(names);
  });

  test('one that nobody set is told as such, and not in quotation marks', () => {
    expect(describeProblems(problemsOf({ RPC_URLS: 'http://h' }))).toContain('\n  SIGNERS is not set: say which');
    const taken = { name: 'PORT', value: '3000', expected: 'another program listens there' };
    expect(describeProblems([{ ...taken, isDefault: true }])).toContain('\n  PORT is 3000 (the default): another');
    expect(describeProblems([taken])).toContain('\n  PORT is "3000": another');
  });

  test('what a later release brings is said to be that', () => {
    const texts = problemsOf({
      ...SHARED,
      MESSAGING: 'aws',
      DATABASE_URL: 'mysql://h/d',
      SIGNERS: 'kms:k',
      CHAINS_FILE: 'c',
      CONFIG_SECRET_ARN: 'a',
      STUCK_AFTER_BLOCKS: '6',
      FIELD_ENCRYPTION_KEY: 'kms:k',
    }).map(({ expected }) => expected);
    expect(texts).toHaveLength(7);
    for (const text of texts) expect(text).toContain('later release');
  });

  test('secrets are not shown, wherever they stand', () => {
    const secret = 'S3cretS3cretS3cretS3cret';
    const text = describeProblems(
      problemsOf({
        API_KEYS: secret,
        ADMIN_PASSWORD: secret.slice(0, 7),
        INTERNAL_SECRET: secret,
        FIELD_ENCRYPTION_KEY: secret,
        FIELD_ENCRYPTION_KEYS_OLD: secret,
        DATABASE_URL: `mysql://user:p@${secret}@host/db`,
        RPC_URLS: `https://node.example/v3/${secret},ws://u:${secret}@h,https://h/?key=${secret}`,
        SIGNERS: `0x${'ab'.repeat(32)}`,
        INTERNAL_URL: `http://u:${secret}@h`,
        LOG_LEVEL: INTERNAL_SECRET,
      }),
    );
    expect(text).not.toContain(secret.slice(0, 7));
    expect(text).not.toContain('abababab');
    expect(text).not.toContain(INTERNAL_SECRET.slice(6));
    expect(text).toContain('mysql://***@host/db');
    expect(text).toContain('API_KEYS is (hidden)');
  });
});

describe('development signers', () => {
  const sources = [{ kind: 'dev', index: 0 } as const, { kind: 'keystore', path: '/k' } as const];

  test.each([31337, 1337])('sign on chain %i', (id) => {
    expect(developmentSignerProblems(sources, id as ChainId)).toEqual([]);
  });

  test('are refused on any other chain, which does not touch other keys', () => {
    expect(developmentSignerProblems(sources, 1 as ChainId)).toMatchObject([
      { name: 'SIGNERS', value: 'dev:0,keystore:/k' },
    ]);
    expect(developmentSignerProblems(sources.slice(1), 1 as ChainId)).toEqual([]);
  });
});
