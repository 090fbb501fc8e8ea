import { parseArgs } from 'node:util';
import type { Address } from '../../domain/primitives.ts';

const USAGE = `npm run admin -- signers                                      the signers, and why one is paused
npm run admin -- signers resume ADDRESS --reason "…"          lets a paused signer go on`;

export type AdminCommand =
  | { readonly kind: 'list' }
  | { readonly kind: 'resume'; readonly address: Address; readonly reason: string }
  | { readonly kind: 'wrong'; readonly message: string };

/** @param words what stands behind `npm run admin --` */
export function readCommand(words: readonly string[]): AdminCommand {
  const wrong = (message: string): AdminCommand => ({ kind: 'wrong', message: `${message}\n${USAGE}` });
  let parsed: { values: { reason?: string }; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...words], options: { reason: { type: 'string' } }, allowPositionals: true });
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
  const [subject, verb, address, ...rest] = parsed.positionals;
  if (subject !== 'signers' || rest.length > 0) return wrong('There is no such command.');
  if (verb === undefined) return { kind: 'list' };
  if (verb !== 'resume') return wrong(`There is no "signers ${verb}".`);
  if (address === undefined || !/^0x[0-9a-f]{40}$/i.test(address)) return wrong('Say which signer: its address.');
  const reason = parsed.values.reason?.trim() ?? '';
  if (reason === '') return wrong('Say why, with --reason: it stands in the audit log.');
  return { kind: 'resume', address: address.toLowerCase() as Address, reason };
}
