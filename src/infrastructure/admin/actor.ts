import { userInfo } from 'node:os';

/** Who gives the command, by the name on this machine; by the number where a container has no name for it. */
export function actorOfProcess(): string {
  try {
    return `user:${userInfo().username}`;
  } catch {
    return `user:uid-${String(process.getuid?.() ?? 'unknown')}`;
  }
}
