import type { TransactionId } from '../../../domain/primitives.ts';
import type { ReportedStranger, RestoreReport, SignerReport } from './report.ts';

/**
 * Why the signers of a restored record cannot go on yet; null: nothing that the report shows is open.
 * @param unpaid rows of which a person says that they were not paid, though a mined transaction asks for the same
 */
export function whyUndecided(report: RestoreReport, unpaid: ReadonlySet<TransactionId>): string | null {
  if (report.incomplete !== null) return `Not all of the chain could be seen: ${report.incomplete}.`;
  for (const signer of report.signers) {
    const why = unread(report, signer) ?? inPool(signer) ?? outrun(signer);
    if (why !== null) return why;
  }
  const strangers = report.signers.flatMap((signer) => signer.strangers);
  for (const stranger of strangers) {
    const why = unsettled(stranger, unpaid);
    if (why !== null) return why;
  }
  return null;
}

/** Its nonces would begin below those that the lost part of the record has used. */
function unread({ cursor, cursorStands }: RestoreReport, { strangers, count, nextNonce }: SignerReport): string | null {
  const isUnread = strangers.some(({ block }) => block.number > (cursor?.number ?? -1));
  return !cursorStands || isUnread || count === null || (nextNonce ?? 0) < count
    ? 'The service has not read the chain to its head yet: let it run, and try again.'
    : null;
}

function inPool({ key, strangersInPool: count }: SignerReport): string | null {
  return count === null || count === 0
    ? null
    : `The node's pool holds transactions of ${key.address} that are not on record (${count}): wait until they are mined, and look at the report again.`;
}

function outrun({ outrun: [one] }: SignerReport): string | null {
  return one === undefined
    ? null
    : `Another transaction took nonce ${one.nonce}, where ${one.id} has bytes of its own. Wait until its block is final and the service has read ` +
        'that far; then the report shows whether it was paid by one that is not on record.';
}

function unsettled({ hash, alike }: ReportedStranger, unpaid: ReadonlySet<TransactionId>): string | null {
  const open = alike.filter(({ id }) => !unpaid.has(id));
  const [one] = open;
  if (one === undefined) return null;
  const others = open.length === 1 ? '' : `, and so do ${open.length - 1} others`;
  return (
    `${one.id} (${one.status}) asks for the same as ${hash}${others}. Let one adopt it: npm run admin -- restore adopt ${one.id} ${hash} --reason "…". ` +
    `What was not paid by it is cancelled or closed, or named: --unpaid ${open.map(({ id }) => id).join(',')}`
  );
}
