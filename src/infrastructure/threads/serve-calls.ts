import { parentPort } from 'node:worker_threads';
import type { Call, Reply } from './thread.ts';

/** Answers the calls of the thread that started this one until it says `close`; then `close` is run, once what is in hand is answered. */
export function serveCalls(
  methods: Readonly<Record<string, (argument: never) => unknown>>,
  close: () => unknown = () => undefined,
): void {
  const port = parentPort;
  if (port === null) throw new Error('this is a thread of the server, and no program of its own');
  const inHand = new Set<Promise<void>>();
  const answer = async ({ id, method, argument }: Call): Promise<void> => {
    let reply: Reply;
    try {
      const known = methods[method];
      if (known === undefined) throw new Error(`this thread has no ${method}`);
      reply = { id, value: await known(argument as never) };
    } catch (error) {
      const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
      reply = { id, error: { name, message, stack } };
    }
    port.postMessage(reply);
  };
  port.on('message', (call: Call) => {
    if (call.method === 'close') {
      void Promise.all(inHand)
        .then(() => close())
        .finally(() => {
          port.close();
        });
      return;
    }
    const one = answer(call).finally(() => inHand.delete(one));
    inHand.add(one);
  });
}
