import type { SignerView } from '../../../../application/ports/views.ts';
import { eip55 } from './address.ts';
import { iso } from './time.ts';

export const presentSigner = ({ key, balanceWei, nextNonce, inFlight, held, gaps, paused }: SignerView) => ({
  chainId: key.chainId,
  address: eip55(key.address),
  balance: balanceWei === null ? null : balanceWei.toString(),
  nextNonce,
  inFlight,
  heldNonces: held,
  gaps,
  paused: paused && { reason: paused.reason, at: iso(paused.at) },
});
