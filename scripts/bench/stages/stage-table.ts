/** In the order of the report. */
export const STAGES = [
  'accept and parse',
  'decisions and transitions',
  'seal and open',
  'SQL: reads',
  'SQL: rows to objects and back',
  'SQL: writes',
  'SQL: compiling',
  'SQL: COMMIT with its fsync',
  'SQL: knex, caller unknown',
  'lanes: reserve and sign',
  'curve: sign',
  'curve: recover',
  'codec and calls of the curve',
  'endpoint 2',
  'JSON-RPC',
  'tracker',
  'outbox and queue',
  'other use cases',
  'metrics, figures, logs',
  'between threads',
  'HTTP of Node and undici',
  'event loop and promises',
  'garbage collector',
  'native code, caller unknown',
  'other',
  'idle',
] as const;
export type Stage = (typeof STAGES)[number];

export interface Rule {
  readonly stage: Stage;
  /** How the path begins: a file, a folder, or the files that begin like this. */
  readonly under: string;
  /** These functions alone. */
  readonly named?: readonly string[];
}

const of = (stage: Stage, ...unders: readonly string[]): readonly Rule[] => unders.map((under) => ({ stage, under }));
const SQL = 'src/adapters/outbound/sql/';
const HTTP = 'src/adapters/inbound/http/';
const USE_CASES = 'src/application/use-cases/';

/** What the profiler itself calls what is no function. */
export const PSEUDO_FUNCTIONS: Readonly<Record<string, Stage>> = {
  '(idle)': 'idle',
  '(garbage collector)': 'garbage collector',
  '(program)': 'native code, caller unknown',
};

/** The first rule that fits a frame counts. Files that are not here work for whoever called them. */
export const RULES: readonly Rule[] = [
  { stage: 'curve: sign', under: 'node_modules/secp256k1/', named: ['ecdsaSign'] },
  { stage: 'curve: recover', under: 'node_modules/secp256k1/', named: ['ecdsaRecover'] },
  { stage: 'curve: sign', under: 'node_modules/@noble/curves/', named: ['sign'] },
  { stage: 'curve: recover', under: 'node_modules/@noble/curves/', named: ['recoverPublicKey'] },
  ...of('codec and calls of the curve', 'src/adapters/outbound/signing/', 'src/infrastructure/threads/curve-'),
  { stage: 'SQL: COMMIT with its fsync', under: 'node_modules/knex/lib/execution/transaction.js', named: ['commit'] },
  { stage: 'SQL: compiling', under: 'node_modules/better-sqlite3/lib/methods/wrappers.js', named: ['prepare'] },
  ...of(
    'SQL: rows to objects and back',
    `${SQL}transaction-row.ts`,
    `${SQL}filler-row.ts`,
    `${SQL}content.ts`,
    `${SQL}reads/rows.ts`,
    `${SQL}reads/chain-rows.ts`,
  ),
  ...of('SQL: reads', `${SQL}reads/`),
  ...of('outbox and queue', `${SQL}outbox.ts`),
  ...of('metrics, figures, logs', `${SQL}figures/`, `${SQL}ledger/figures.ts`),
  ...of('SQL: writes', `${SQL}ledger/`, `${SQL}dialect/`, `${SQL}in-transaction.ts`, `${SQL}leases.ts`),
  ...of('seal and open', 'src/adapters/outbound/crypto/'),
  ...of('endpoint 2', 'src/adapters/outbound/endpoint-two/', `${HTTP}routes/internal/`),
  ...of('endpoint 2', `${HTTP}auth/webhook-signature.ts`, `${HTTP}schemas/signed-transactions.ts`),
  ...of('endpoint 2', `${USE_CASES}validate-and-broadcast.ts`, `${USE_CASES}broadcast/`),
  ...of('metrics, figures, logs', `${HTTP}routes/operations/`),
  ...of(
    'accept and parse',
    HTTP,
    `${USE_CASES}accept`,
    `${USE_CASES}choose-signer.ts`,
    `${USE_CASES}canonical-text.ts`,
  ),
  ...of('JSON-RPC', 'src/adapters/outbound/chain/'),
  ...of('lanes: reserve and sign', `${USE_CASES}lane/`, 'src/adapters/inbound/queue/'),
  ...of('tracker', `${USE_CASES}track/`, 'src/adapters/inbound/loops/tracker-loop.ts'),
  ...of('outbox and queue', 'src/adapters/outbound/messaging/'),
  ...of('outbox and queue', `${USE_CASES}relay-wake-ups.ts`, 'src/adapters/inbound/loops/relay-loop.ts'),
  ...of(
    'metrics, figures, logs',
    'src/adapters/outbound/observability/',
    'src/application/metered-',
    'src/application/figures/',
  ),
  ...of('metrics, figures, logs', 'src/adapters/inbound/loops/figures-loop.ts', 'node_modules/pino/'),
  ...of('other use cases', USE_CASES, 'src/adapters/inbound/loops/'),
  ...of('decisions and transitions', 'src/domain/transaction/', 'src/domain/decisions/'),
  ...of('between threads', 'src/infrastructure/threads/thread.ts'),
];

/** For stacks of which no frame has a rule above: continuations inside a library, and what the event loop calls. */
export const LAST_RULES: readonly Rule[] = [
  ...of('SQL: knex, caller unknown', SQL, 'node_modules/knex/', 'node_modules/better-sqlite3/', 'node_modules/tarn/'),
  ...of(
    'between threads',
    'src/infrastructure/threads/',
    'node:internal/worker',
    'node:internal/per_context/messageport',
  ),
  ...of('accept and parse', 'node_modules/express/', 'node_modules/router/'),
  ...of('HTTP of Node and undici', 'node_modules/undici/', 'node:_http_', 'node:net', 'node:internal/stream'),
  ...of('decisions and transitions', 'src/domain/'),
  ...of('codec and calls of the curve', 'src/adapters/outbound/codec/'),
  // Last, as they are at the root of nearly everything.
  ...of('event loop and promises', 'node:internal/process/', 'node:internal/timers', 'node:internal/perf/'),
];
