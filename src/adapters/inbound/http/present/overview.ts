import type {
  Attention,
  ChainOverview,
  Overview,
  OverviewPoint,
  SignerOverview,
} from '../../../../application/overview/overview.ts';
import { eip55 } from './address.ts';
import { iso, isoOrNull } from './time.ts';

export const presentOverview = (overview: Overview) => ({
  at: iso(overview.at),
  range: overview.range,
  attention: overview.attention.map(attention),
  figures: {
    inFlight: overview.figures.inFlight,
    queued: overview.figures.queued,
    oldestQueuedAt: isoOrNull(overview.figures.oldestQueuedAt),
    openFailures: overview.figures.openFailures,
    confirmedPerMinute: Math.round(overview.figures.confirmedPerMinute * 100) / 100,
    timeToInclusion: overview.figures.timeToInclusion,
    feesSpent: overview.figures.feesWei.toString(),
  },
  stepMs: overview.stepMs,
  points: overview.points.map(point),
  chains: overview.chains.map(chain),
  signers: overview.signers.map(signer),
});

const point = ({ at, passed, timeToInclusion, feesWei, inFlight, queued, openFailures }: OverviewPoint) => ({
  at: iso(at),
  ...passed,
  timeToInclusion,
  feesSpent: feesWei.toString(),
  inFlight,
  queued,
  openFailures,
});

const chain = ({ node, feesWei, cursorNumber, finalNumber, ...counts }: ChainOverview) => ({
  chainId: counts.chainId,
  cursor: cursorNumber?.toString() ?? null,
  final: finalNumber?.toString() ?? null,
  node: node && {
    state: node.state,
    message: node.message,
    head: node.headNumber?.toString() ?? null,
    baseFeePerGas: node.baseFeePerGasWei?.toString() ?? null,
  },
  inFlight: counts.inFlight,
  queued: counts.queued,
  openFailures: counts.openFailures,
  feesSpent: feesWei.toString(),
});

const signer = ({ chainId, address, balanceWei, inFlight, queued, paused, alert }: SignerOverview) => ({
  chainId,
  address: eip55(address),
  balance: balanceWei?.toString() ?? null,
  inFlight,
  queued,
  paused: paused && { reason: paused.reason, at: iso(paused.at) },
  alert,
});

/** Of every kind the same fields, null where they do not apply: one row of a list. */
function attention(one: Attention) {
  const fields = { message: null, chainId: null, address: null, code: null, count: null, since: null };
  switch (one.kind) {
    case 'intakeRefused':
    case 'nodeTrouble':
      return { ...fields, ...one };
    case 'signerPaused':
      return { ...fields, ...one, address: eip55(one.address), since: iso(one.since) };
    case 'signerWithoutFunds':
      return { ...fields, ...one, address: eip55(one.address) };
    case 'openFailures':
    case 'outboxOld':
    case 'queueOld':
      return { ...fields, ...one, since: isoOrNull(one.since) };
  }
}
