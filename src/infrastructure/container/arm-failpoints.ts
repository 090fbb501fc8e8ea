import type { Container } from 'inversify';
import { readFailpoint } from '../failpoints/failpoint.ts';
import { withFailpoints } from '../failpoints/with-failpoints.ts';
import { T } from './tokens.ts';

/**
 * What puts the decorators round the ports, before anything asks for them. In test builds only: imported behind `__FAILPOINTS__`, so that
 * a production build holds none of it.
 * @param setting the environment's `FAILPOINT`
 * @throws {UnknownFailpoint}
 */
export function failpointsOf(setting: string | undefined): (container: Container) => void {
  const failpoint = readFailpoint(setting);
  if (failpoint === null) return () => undefined;
  const { ledger, outbox, work, queue, node, codec } = withFailpoints(failpoint);
  return (container) => {
    container.onActivation(T.Ledger, (_, port) => ledger(port));
    container.onActivation(T.Outbox, (_, port) => outbox(port));
    container.onActivation(T.Work, (_, port) => work(port));
    container.onActivation(T.Queue, (_, port) => queue(port));
    container.onActivation(T.Node, (_, port) => node(port));
    container.onActivation(T.Codec, (_, port) => codec(port));
  };
}
