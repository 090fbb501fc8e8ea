import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endWithUs } from '../../../test/support/end-with-us.ts';
import type { PostOrder, PostResult } from '../processes/load-process.ts';

const PROCESSES = join(import.meta.dirname, '../processes');

/** The bare application on a port, for `work`; its process ends after it. */
export async function withBareApp<Result>(
  answer: { readonly path: string; readonly body: string },
  work: (port: number) => Promise<Result>,
): Promise<Result> {
  // Without what this process was started with: it runs as the server does, on Node alone.
  return forked(join(PROCESSES, 'bare-app.mjs'), { execArgv: [] }, async (child) => {
    const told = firstMessage<number>(child);
    child.send(answer);
    return work(await told);
  });
}

/** Loads a port from a process of its own. @throws Error where any answer is no 202 */
export async function loaded(order: PostOrder): Promise<PostResult> {
  return forked(join(PROCESSES, 'load-process.ts'), {}, async (child) => {
    const told = firstMessage<{ result: PostResult } | { error: string }>(child);
    child.send(order);
    const message = await told;
    if ('error' in message) throw new Error(message.error);
    return message.result;
  });
}

async function forked<Result>(
  path: string,
  options: { readonly execArgv?: string[] },
  work: (child: ChildProcess) => Promise<Result>,
): Promise<Result> {
  const child = fork(path, { ...options, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  const forget = endWithUs(kill);
  const ended = once(child, 'exit');
  try {
    return await work(child);
  } finally {
    kill();
    await ended;
    forget();
  }
}

async function firstMessage<Message>(child: ChildProcess): Promise<Message> {
  const gone = once(child, 'exit').then(() => Promise.reject(new Error('a helper process ended before it answered')));
  return (await Promise.race([once(child, 'message'), gone]))[0] as Message;
}
