import type { Address } from '../../domain/primitives.ts';
import type { ReportedStranger, RestoreReport, SignerReport } from '../../application/use-cases/restore/report.ts';

/** What a person reads after a restore, and what there is to be done about it. */
export function reportText(report: RestoreReport | null): string {
  if (report === null) return 'No signer waits for a decision after a restore.';
  const { head, cursor, cursorStands, signers, incomplete } = report;
  const read =
    cursor !== null && cursorStands && cursor.number >= head.number
      ? 'The service has read all of it.'
      : `The service has read up to block ${cursor?.number ?? 'none'}: let it run until it is there.`;
  return [
    `The chain is at block ${head.number}. ${read}`,
    ...(incomplete === null ? [] : [`NOT ALL WAS SEEN: ${incomplete}. What follows may be a part.`]),
    ...signers.flatMap((signer) => ['', ...signerLines(signer)]),
    '',
    'A mined transaction that is what became of a row, of whichever signer: npm run admin -- restore adopt ID HASH --reason "…"',
    'A queued row that must not be sent: POST /v1/admin/transactions/ID/cancel. The others are sent once the signers go on, all of them together:',
    'npm run admin -- signers resume ADDRESS --decided --reason "…", with --unpaid ID,ID,… for rows that no mined transaction has paid, though one',
    'asks for the same. It is refused while anything above is open.',
  ].join('\n');
}

function signerLines(signer: SignerReport): readonly string[] {
  const { key, since, count, pendingCount, strangersInPool, strangers, outrun, queuedInDoubt, failedInDoubt } = signer;
  const waiting = count === null || pendingCount === null ? null : pendingCount - count;
  return [
    `${key.address} (chain ${key.chainId}), restored to ${new Date(since.takenAt).toISOString()}`,
    `  transactions on the chain: ${count ?? 'not known'}; the backup knew of ${since.nextNonce ?? 'none'}, at block ${since.cursor?.number ?? 'none'}`,
    `  in the node's pool: ${waiting ?? 'not known'}${waiting !== null && waiting > 0 ? `, ${strangersInPool ?? 0} of them not on record — wait until they are mined` : ''}`,
    `  in doubt: ${queuedInDoubt} queued (sent once it goes on), ${failedInDoubt} failed (compare before a retry)`,
    `  on the chain and not on record: ${strangers.length}`,
    ...outrun.map(
      ({ id, nonce }) =>
        `  not known yet: ${id}, as another transaction is at its nonce ${nonce} — wait until that one is final, and look again`,
    ),
    ...strangers.map((one) => strangerLine(one, key.address)),
  ];
}

function strangerLine({ hash, nonce, block, unsigned, alike }: ReportedStranger, signer: Address): string {
  const what =
    unsigned === null
      ? 'of a type that this service does not send'
      : `to ${unsigned.to ?? 'a new contract'}  value ${unsigned.valueWei}  data ${dataText(unsigned.data)}`;
  const rows = alike.map((row) => `${row.id} (${row.status}${row.signer === signer ? '' : `, of ${row.signer}`})`);
  return `    ${hash}  nonce ${nonce}  block ${block.number}  ${what}  ${
    rows.length === 0 ? 'no row asks for the same' : `the same as ${rows.join(', ')}`
  }`;
}

const SHOWN_DIGITS = 2 + 2 * 36;
const dataText = (data: string): string =>
  data.length <= SHOWN_DIGITS ? data : `${data.slice(0, SHOWN_DIGITS)}… (${data.length / 2 - 1} bytes)`;
