import { existsSync } from 'node:fs';
import { EventStreams } from '../../adapters/inbound/http/events/event-streams.ts';
import type { Listening } from '../../adapters/inbound/http/listen.ts';
import type { Log } from '../../application/ports/observability.ts';
import { waitNoLongerThan } from '../../adapters/outbound/sql/open-sqlite.ts';
import { HttpEndpointTwo } from '../../adapters/outbound/endpoint-two/http-endpoint-two.ts';
import type { Config } from '../config/config.ts';
import { createContainer, type Parts } from '../container/create-container.ts';
import { T } from '../container/tokens.ts';
import { noteShown, type LoadedSecrets } from '../embedded/secrets.ts';
import { banner } from './banner.ts';
import { createHttp } from './create-http.ts';
import { openFoundation } from './open-foundation.ts';
import { openHttp } from './open-http.ts';
import { openResources, type Resources } from './open-resources.ts';
import { Opened } from './opened.ts';
import { pinChain } from './pin-chain.ts';
import { warnOfRestore } from './warn-of-restore.ts';
import { startLoops, type RunningLoops } from './start-loops.ts';
import { StartRefused } from './start-refused.ts';
import { openCurveThreads, openSqlWriter, type Fail } from './open-threads.ts';

export interface StartOptions {
  readonly config: Config;
  readonly version: string;
  readonly staticFolder: string;
  /** Aborted by a signal that comes while the start is still under way. */
  readonly stopping: AbortSignal;
}

export interface RunningServer {
  /** Aborted when it cannot do its work any more and is to be stopped; the log says why. */
  readonly failed: AbortSignal;
  stop(): Promise<void>;
}

/** Open RPC calls are aborted after this and count as unknown, so that the whole stop fits into 10 s. */
const RPC_GRACE_MS = 6_500;
const HTTP_GRACE_MS = 1_000;
/** How long a write on the main thread waits for another process that has the database: nobody is served meanwhile. */
const LOCK_MS = 500;
/** At a stop, in any thread, several one after the other: the record stands it, and a lease that could not be let go ends by itself. */
const LOCK_AT_STOP_MS = 100;

/**
 * One process with everything that its roles need, until `stop`. What fails half-way leaves nothing open.
 * @throws {StartRefused} where a person must do something first, or an `AbortError` where it was stopped before it had started
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const opened = new Opened();
  const failed = new AbortController();
  try {
    await open(options, opened, failed);
  } catch (error) {
    const cause = failed.signal.aborted && !options.stopping.aborted ? whatEnded(failed.signal) : error;
    await opened.close().catch(() => undefined); // what kept it from starting is what must be told
    throw cause;
  }
  return { failed: failed.signal, stop: () => opened.close() };
}

/** Whatever the start then stumbled over followed from it. */
const whatEnded = ({ reason }: AbortSignal): StartRefused => reason as StartRefused;

/** Opens from the inside out; closed in the opposite order, intake first and the data folder last. */
async function open(
  { config, version, staticFolder, stopping }: StartOptions,
  opened: Opened,
  failed: AbortController,
): Promise<void> {
  const arm =
    typeof __FAILPOINTS__ !== 'undefined' && __FAILPOINTS__
      ? (await import('../container/arm-failpoints.ts')).failpointsOf(process.env['FAILPOINT'])
      : () => undefined;
  let loops: RunningLoops | null = null;
  const resources = await openResources(config, opened, stopping, () => loops?.onBlock());
  stopping.throwIfAborted();
  const { embeddedChain } = resources;
  const [rpc, starting] = [new AbortController(), new AbortController()];
  const cutStart = (): void => {
    starting.abort();
    rpc.abort();
  };
  stopping.addEventListener('abort', cutStart);
  const fail: Fail = (what) => {
    failed.abort(new StartRefused(`The start was broken off, since ${what} has ended; the log says why.`));
    starting.abort(); // which may be waiting for this very chain
  };
  const failWithChain = (): void => {
    fail('the embedded chain');
  };
  if (embeddedChain?.ended.aborted === true) failWithChain();
  embeddedChain?.ended.addEventListener('abort', failWithChain);
  const ends = { rpcSignal: rpc.signal, stopping: starting.signal };
  const sqlWriter = openSqlWriter(config, resources, opened, fail);
  const curve = openCurveThreads(resources, opened, fail);
  const foundation = await openFoundation({ config, ...resources, sqlWriter, curve, opened, ...ends });
  let events: EventStreams | null = null;
  const signals = { onOutbox: () => loops?.onOutbox(), onEvents: () => events?.wake() };
  const parts = createContainer(foundation, signals, arm);
  await pinChain(parts);
  if (config.roles.includes('api')) await provideAdministrator(parts);
  await warnOfRestore(parts);
  // The queue in the process has forgotten them.
  const letters = await parts.get(T.RestoreLetters).run();
  if (letters > 0) foundation.log.info({ letters }, 'put the letters of open failures back into the dead-letter queue');
  events = eventStreams(parts);
  const streams = events;
  const http = config.roles.includes('api')
    ? await serve(parts, { version, staticFolder, events }, embeddedChain, opened)
    : null;
  if (config.roles.includes('worker')) provideEndpointTwo(parts, config.internalUrl ?? originOf(config, http), opened);
  starting.signal.throwIfAborted();
  stopping.removeEventListener('abort', cutStart);
  if (sqlWriter !== null) waitNoLongerThan(resources.database.knex, LOCK_MS);
  const running = startLoops(parts);
  loops = running;
  // Endpoint 2 answers until the lanes have finished their rounds.
  opened.add(() => running.stop());
  opened.add(() => {
    setTimeout(cutStart, RPC_GRACE_MS).unref();
  });
  opened.add(() => void sqlWriter?.waitNoLongerThan(LOCK_AT_STOP_MS).catch(() => undefined));
  opened.add(() => embeddedChain?.pause());
  opened.add(() => {
    parts.get(T.Accept).close();
    streams.close();
  });
  const origin = http === null ? null : originOf(config, http);
  const { secrets, rpcUrl, chainId } = foundation;
  process.stdout.write(`${banner({ config, secrets, origin, rpcUrl, chainId })}\n`);
  if (origin !== null) noteThatShown(secrets, foundation.log);
}

async function provideAdministrator(parts: Parts): Promise<void> {
  const { config, secrets, log } = parts.get(T.Foundation);
  const { adminUsername: username } = config;
  const outcome = await parts.get(T.FirstAdministrator).run(username, secrets.secrets.adminPassword);
  if (outcome !== 'kept') log.info({ username, outcome }, 'the administrator has the password of the settings');
}

/** No reason to end a server that has just started: the next one shows them once more. */
function noteThatShown(secrets: LoadedSecrets, log: Log): void {
  try {
    noteShown(secrets, new Date());
  } catch (error) {
    log.warn({ file: secrets.file, error: String(error) }, 'could not note that the secrets were shown');
  }
}

const eventStreams = (parts: Parts): EventStreams =>
  new EventStreams({
    views: parts.get(T.Views),
    timers: parts.get(T.Timers),
    log: parts.get(T.Log),
    metrics: parts.get(T.Metrics),
  });

async function serve(
  parts: Parts,
  { version, staticFolder, events }: Pick<StartOptions, 'version' | 'staticFolder'> & { readonly events: EventStreams },
  embeddedChain: Resources['embeddedChain'],
  opened: Opened,
): Promise<Listening> {
  const app = createHttp(parts, {
    version,
    staticFolder: existsSync(staticFolder) ? staticFolder : null,
    chainLives: () => embeddedChain?.lives() ?? true,
    events,
  });
  const http = await openHttp(app, parts.get(T.Foundation).config.listen);
  opened.add(() => http.close(HTTP_GRACE_MS));
  return http;
}

function provideEndpointTwo(parts: Parts, url: string, opened: Opened): void {
  const { internalSecret } = parts.get(T.Foundation).secrets.secrets;
  const secret = `whsec_${Buffer.from(internalSecret).toString('base64')}`;
  const endpointTwo = new HttpEndpointTwo({ url, secret, clock: parts.get(T.Clock), ids: parts.get(T.Ids) });
  opened.add(() => endpointTwo.close());
  parts.provideEndpointTwo(endpointTwo);
}

/** Where this process is reached from this machine; nowhere, where it serves nothing. */
function originOf(config: Config, http: Listening | null): string {
  if (http === null) return '';
  const host = ['0.0.0.0', '::'].includes(config.listen.host) ? '127.0.0.1' : config.listen.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${http.port}`;
}
