import type { Clock } from '../ports/clock.ts';
import { SPAN_MS, startOf, type FigureRead, type Figures, type Span } from '../ports/figures.ts';
import { LedgerUnavailable } from '../ports/ledger-unavailable.ts';
import { unseenSigner, type SignerRow } from '../ports/work.ts';
import { signerKeyText, type ChainId, type SignerKey } from '../../domain/primitives.ts';
import { attentionOf } from '../overview/attention.ts';
import type { NodeHealth, NodeWatch } from '../overview/node-health.ts';
import {
  RANGES,
  type ChainOverview,
  type Overview,
  type OverviewRange,
  type SignerOverview,
} from '../overview/overview.ts';
import { feesOf, firstPoint, inFlightOf, levelOf, pointsOf, quantilesOf } from '../overview/series.ts';

/** Minutes that `confirmedPerMinute` is over, the present one with them. */
const RECENT = 5;

export interface ReadOverviewParts {
  readonly figures: Pick<Figures, 'read'>;
  readonly nodes: readonly Pick<NodeWatch, 'chainId' | 'now'>[];
  /** Throws `LedgerUnavailable` where the database takes no commit. */
  readonly writes: { check(): Promise<void> };
  readonly clock: Clock;
}

/** Everything that whoever is woken at night looks at first, at the same cost whatever is on record. */
export class ReadOverview {
  constructor(private readonly parts: ReadOverviewParts) {}

  /** @throws LedgerUnavailable where the database cannot be read */
  async read(range: OverviewRange): Promise<Overview> {
    const { figures, nodes, clock } = this.parts;
    const now = clock.now();
    const shape = RANGES[range];
    const recently = startOf(now, SPAN_MS.minute) - (RECENT - 1) * SPAN_MS.minute;
    const [read, intakeRefused, ...health] = await Promise.all([
      figures.read([
        { length: shape.length, since: firstPoint(now, shape) },
        { length: 'minute', since: recently },
      ]),
      this.intakeRefused(),
      ...nodes.map((node) => node.now()),
    ]);
    const [spans = [], recent = []] = read.spans;
    const chains = chainsOf(read, spans, new Map(nodes.map(({ chainId }, i) => [chainId, health[i] ?? null])));
    const signers = signersOf(read);
    const level = levelOf(read.chains);
    const all = spans.map((span) => span.figures);
    return {
      at: now,
      range,
      attention: attentionOf({ intakeRefused, chains, signers, standing: read, queued: level.queued }, now),
      figures: {
        ...level,
        oldestQueuedAt: read.oldestQueuedAt,
        confirmedPerMinute: perMinute(recent, now - recently),
        timeToInclusion: quantilesOf(all),
        feesWei: feesOf(all),
      },
      stepMs: shape.stepMs,
      points: pointsOf(spans, now, shape, level),
      chains,
      signers,
    };
  }

  private async intakeRefused(): Promise<string | null> {
    try {
      await this.parts.writes.check();
      return null;
    } catch (error) {
      if (error instanceof LedgerUnavailable) return error.message;
      throw error;
    }
  }
}

const perMinute = (spans: readonly Span[], ms: number): number =>
  spans.reduce((sum, { figures }) => sum + figures.passed.confirmed, 0) / (ms / SPAN_MS.minute);

function chainsOf(
  { chainRows, chains }: FigureRead,
  spans: readonly Span[],
  health: ReadonlyMap<ChainId, NodeHealth | null>,
): readonly ChainOverview[] {
  return chainRows.map((row) => ({
    ...row,
    node: health.get(row.chainId) ?? null,
    ...levelOf(chains.filter(({ chainId }) => chainId === row.chainId)),
    feesWei: feesOf(spans.filter(({ chainId }) => chainId === row.chainId).map(({ figures }) => figures)),
  }));
}

/** Those on record, and those that have something open though they are not (a key that was taken out of the configuration). */
function signersOf({ signerRows, chains }: FigureRead): readonly SignerOverview[] {
  const counts = new Map(
    chains.flatMap(({ chainId, signers }) =>
      [...signers].map(
        ([address, one]) => [signerKeyText({ chainId, address }), { key: { chainId, address }, one }] as const,
      ),
    ),
  );
  const known = new Set(signerRows.map(({ key }) => signerKeyText(key)));
  const others = [...counts.values()]
    .filter(({ key, one }) => !known.has(signerKeyText(key)) && inFlightOf(one) > 0)
    .map(({ key }): SignerRow => unseenSigner(key satisfies SignerKey));
  return [...signerRows, ...others].map(({ key, balanceWei, paused }) => {
    const one = counts.get(signerKeyText(key))?.one;
    return {
      ...key,
      balanceWei,
      inFlight: one === undefined ? 0 : inFlightOf(one),
      queued: one?.queued ?? 0,
      paused,
      alert: paused !== null ? 'paused' : balanceWei === null ? 'notSeen' : balanceWei === 0n ? 'noFunds' : null,
    };
  });
}
