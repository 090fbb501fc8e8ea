import { listen, type Listening } from '../../adapters/inbound/http/listen.ts';
import type { Config } from '../config/config.ts';
import { DEFAULT_ADDRESS } from '../config/listening.ts';
import { describeProblems, type Problem } from '../config/problem.ts';
import { StartRefused } from './start-refused.ts';

/** @throws {StartRefused} where the address cannot be had */
export async function openHttp(app: Parameters<typeof listen>[0], address: Config['listen']): Promise<Listening> {
  try {
    return await listen(app, address);
  } catch (error) {
    const problem = problemOf((error as NodeJS.ErrnoException).code, address);
    throw problem === null ? error : new StartRefused(describeProblems([problem]), { cause: error });
  }
}

function problemOf(code: string | undefined, { host, port }: Config['listen']): Problem | null {
  const wrongPort = (expected: string): Problem => ({
    name: 'PORT',
    value: String(port),
    isDefault: port === DEFAULT_ADDRESS.port,
    expected,
  });
  if (code === 'EADDRINUSE')
    return wrongPort(`another program listens on ${host} port ${port}; choose another port, or 0 for any free one`);
  if (code === 'EACCES') return wrongPort('a port that this user may listen on, such as 3000');
  return code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN'
    ? {
        name: 'HOST',
        value: host,
        isDefault: host === DEFAULT_ADDRESS.host,
        expected: 'an address of this machine, such as 127.0.0.1',
      }
    : null;
}
