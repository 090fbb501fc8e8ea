import { existsSync } from 'node:fs';
import { listen, type Listening } from '../../adapters/inbound/http/listen.ts';
import { HttpEndpointTwo } from '../../adapters/outbound/endpoint-two/http-endpoint-two.ts';
import type { Config } from '../config/config.ts';
import { createContainer } from '../container/create-container.ts';
import { T } from '../container/tokens.ts';
import { banner } from './banner.ts';
import { createHttp } from './create-http.ts';
import { openFoundation } from './open-foundation.ts';
import { openResources } from './open-resources.ts';
import { pinChain } from './pin-chain.ts';
import { startLoops, type RunningLoops } from './start-loops.ts';

export interface StartOptions {
  readonly config: Config;
  readonly version: string;
  readonly staticFolder: string;
  /** Aborted by a signal that comes while the start is still under way. */
  readonly stopping: AbortSignal;
}

export interface RunningServer {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Open RPC calls are aborted after this and count as unknown, so that the whole stop fits into 10 s. */
const RPC_GRACE_MS = 6_500;
const HTTP_GRACE_MS = 1_000;

/** One process with everything that its roles need, until `stop`. Rejected with a StartRefused where a person must do something first. */
export async function startServer({ config, version, staticFolder, stopping }: StartOptions): Promise<RunningServer> {
  const arm =
    typeof __FAILPOINTS__ !== 'undefined' && __FAILPOINTS__
      ? (await import('../container/arm-failpoints.ts')).failpointsOf(process.env['FAILPOINT'])
      : () => undefined;
  let loops: RunningLoops | null = null;
  const resources = await openResources(config, () => loops?.onBlock());
  try {
    const rpc = new AbortController();
    const foundation = await openFoundation({ config, ...resources, rpcSignal: rpc.signal, stopping });
    const parts = createContainer(foundation, () => loops?.onOutbox(), arm);
    await pinChain(parts);
    const http = await openHttp();
    const origin = originOf(config, http);
    parts.provideEndpointTwo(
      new HttpEndpointTwo({
        url: config.internalUrl ?? origin,
        secret: `whsec_${Buffer.from(foundation.secrets.secrets.internalSecret).toString('base64')}`,
        clock: parts.get(T.Clock),
        ids: parts.get(T.Ids),
      }),
    );
    const running = startLoops(parts);
    loops = running;
    process.stdout.write(
      `${banner({ config, secrets: foundation.secrets, origin, rpcUrl: foundation.rpcUrl, chainId: foundation.chainId })}\n`,
    );

    async function openHttp(): Promise<Listening | null> {
      if (!config.roles.includes('api')) return null;
      const app = createHttp(parts, { version, staticFolder: existsSync(staticFolder) ? staticFolder : null });
      return listen(app, config.listen);
    }

    const stop = async (): Promise<void> => {
      parts.get(T.Accept).close();
      await resources.pauseChain();
      const cut = setTimeout(() => {
        rpc.abort();
      }, RPC_GRACE_MS);
      // Endpoint 2 answers until the lanes have finished their rounds.
      await running.stop();
      await http?.close(HTTP_GRACE_MS);
      clearTimeout(cut);
      rpc.abort();
      await foundation.node.close();
      await resources.close();
    };
    return { origin, stop };
  } catch (error) {
    await resources.close();
    throw error;
  }
}

/** Where this process is reached from this machine. */
function originOf(config: Config, http: Listening | null): string {
  if (http === null) return config.internalUrl ?? '';
  const host = ['0.0.0.0', '::'].includes(config.listen.host) ? '127.0.0.1' : config.listen.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${http.port}`;
}
