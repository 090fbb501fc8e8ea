import type { Millis } from '../../../domain/primitives.ts';
import type { Transaction } from '../../../domain/transaction/transaction.ts';

/** Why it is not retried, and what is possible instead. */
export function notRetried({ status, liveNonce, retry }: Transaction, now: Millis): string {
  const only = `only a failed transaction can be retried; this one is ${status}`;
  switch (status) {
    case 'queued': {
      const when = retry.dueAt === null || retry.dueAt <= now ? '' : ` at ${new Date(retry.dueAt).toISOString()}`;
      const goesOn = `${only}: it goes on by itself${when}`;
      return liveNonce === null ? `${goesOn}. To change it, cancel it and send it anew` : goesOn;
    }
    case 'signed':
    case 'broadcast':
    case 'included':
      return `${only}: it goes on by itself`;
    case 'confirmed':
    case 'reverted':
      return `${only}: it was mined; send a new one`;
    case 'cancelled':
    case 'expired':
      return `${only}: it is over; send a new one`;
    case 'failed':
      return 'it cannot be retried as it stands';
  }
}
