import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/adapters/outbound/system/manual-clock.ts';
import type { NodeHealth } from '../../../src/application/overview/node-health.ts';
import { LedgerUnavailable } from '../../../src/application/ports/ledger-unavailable.ts';
import { ReadOverview } from '../../../src/application/use-cases/read-overview.ts';
import type { Address, ChainId } from '../../../src/domain/primitives.ts';
import { CHAIN_OF_FIGURES, FakeFigures, levels, span } from '../../support/fake-figures.ts';
import { LANE } from '../../support/stored.ts';

const MINUTE = 60_000;
/** Half a minute into a minute, a quarter of an hour and an hour. */
const NOW = 1_750_000_000_000 - (1_750_000_000_000 % 3_600_000) + 30_000;
const OK: NodeHealth = { state: 'ok', message: 'ok', headNumber: 9, baseFeePerGasWei: 7n };
const SIGNER = LANE.address;

function overview(health: NodeHealth = OK, check: () => Promise<void> = async () => undefined) {
  const figures = new FakeFigures();
  const nodes = [{ chainId: CHAIN_OF_FIGURES, now: async () => health }];
  return { figures, reading: new ReadOverview({ figures, nodes, writes: { check }, clock: new ManualClock(NOW) }) };
}

describe('the series', () => {
  it('ends with the present point, and knows how many there were at the end of each', async () => {
    const { figures, reading } = overview();
    const start = NOW - 30_000;
    figures.answer = {
      ...figures.answer,
      chains: [levels({ [`status:${SIGNER}:queued`]: 3, [`status:${SIGNER}:broadcast`]: 4, 'open:expired': 2 })],
    };
    figures.spans = [
      span(start - 2 * MINUTE, { 'passed:accepted': 5, 'net:queued': 5 }),
      span(start - MINUTE, { 'net:queued': -4, 'net:broadcast': 4, 'net:open': 2 }),
      span(start, { 'passed:accepted': 2, 'net:queued': 2, fees: 11 }),
    ];
    const { points, figures: now } = await reading.read('1h');
    expect(points).toHaveLength(60);
    expect(points.map(({ at }) => at)).toEqual(Array.from({ length: 60 }, (_, i) => start - (59 - i) * MINUTE));
    expect(
      points
        .slice(-4)
        .map(({ passed, queued, inFlight, openFailures }) => [passed.accepted, queued, inFlight, openFailures]),
    ).toEqual([
      [0, 0, 0, 0],
      [5, 5, 5, 0],
      [0, 1, 5, 2],
      [2, 3, 7, 2],
    ]);
    expect(now).toMatchObject({ queued: 3, inFlight: 7, openFailures: 2, feesWei: 11n });
  });

  it('adds up minutes to quarters of an hour, and puts what a clock ahead wrote into the last one', async () => {
    const { figures, reading } = overview();
    const start = NOW - 30_000;
    figures.spans = [
      span(start - 15 * MINUTE, { 'passed:confirmed': 1 }),
      span(start - MINUTE, { 'passed:confirmed': 2 }),
      span(start, { 'passed:confirmed': 4 }),
      span(start + 20 * MINUTE, { 'passed:confirmed': 8 }),
    ];
    const { points } = await reading.read('24h');
    expect(points.slice(-3).map(({ passed }) => passed.confirmed)).toEqual([0, 3, 12]);
  });

  it('asks for hours where it goes back a week', async () => {
    const { figures, reading } = overview();
    await reading.read('7d');
    expect(figures.wanted[0]?.[0]).toEqual({ length: 'hour', since: NOW - 30_000 - 167 * 60 * MINUTE });
  });

  it('counts what was confirmed a minute over four whole minutes and the present one', async () => {
    const { figures, reading } = overview();
    const start = NOW - 30_000;
    figures.spans = [0, 1, 2, 3, 4, 5].map((n) => span(start - n * MINUTE, { 'passed:confirmed': 9 }));
    expect((await reading.read('7d')).figures.confirmedPerMinute).toBe(10);
  });

  it('estimates times to inclusion over the range and of each point', async () => {
    const { figures, reading } = overview();
    const start = NOW - 30_000;
    figures.spans = [span(start - MINUTE, { 'took:0': 10 }), span(start, { 'took:6': 10 })];
    const { points, figures: now } = await reading.read('1h');
    expect(now.timeToInclusion).toEqual({ count: 20, p50Ms: 100, p95Ms: 1_950 });
    expect(points.at(-2)?.timeToInclusion).toEqual({ count: 10, p50Ms: 50, p95Ms: 95 });
    expect(points.at(-3)?.timeToInclusion).toEqual({ count: 0, p50Ms: null, p95Ms: null });
  });
});

describe('chains and signers', () => {
  const other = { chainId: 5 as ChainId, address: `0x${'12'.repeat(20)}` as Address };
  const row = { version: 1, nextNonce: 0, balanceWei: 1n, paused: null };

  it('have their own figures, and a chain without a node of this process says so', async () => {
    const { figures, reading } = overview();
    figures.answer = {
      ...figures.answer,
      chains: [
        levels({ [`status:${SIGNER}:queued`]: 3 }),
        levels({ [`status:${other.address}:signed`]: 2 }, other.chainId),
      ],
      chainRows: [
        { chainId: CHAIN_OF_FIGURES, cursorNumber: 9, finalNumber: 8 },
        { chainId: other.chainId, cursorNumber: null, finalNumber: null },
      ],
      signerRows: [
        { key: LANE, ...row },
        { key: other, ...row },
      ],
    };
    figures.spans = [span(NOW - 30_000, { fees: 5 }), span(NOW - 30_000, { fees: 7 }, other.chainId)];
    const { chains, signers } = await reading.read('1h');
    expect(chains).toMatchObject([
      { chainId: CHAIN_OF_FIGURES, node: OK, queued: 3, inFlight: 3, feesWei: 5n },
      { chainId: other.chainId, node: null, queued: 0, inFlight: 2, feesWei: 7n },
    ]);
    expect(signers).toMatchObject([
      { address: SIGNER, queued: 3, inFlight: 3, alert: null },
      { address: other.address, queued: 0, inFlight: 2, alert: null },
    ]);
  });

  it('alert where somebody must look, and name those that are not on record but have something open', async () => {
    const { figures, reading } = overview();
    const addresses = [1, 2, 3].map((n) => `0x${String(n).repeat(40)}` as Address);
    const [paused, empty, gone] = addresses as [Address, Address, Address];
    figures.answer = {
      ...figures.answer,
      chains: [levels({ [`status:${gone}:broadcast`]: 1, [`status:${SIGNER}:confirmed`]: 1 })],
      signerRows: [
        { key: { ...LANE, address: paused }, ...row, balanceWei: 0n, paused: { reason: 'why', at: 1 } },
        { key: { ...LANE, address: empty }, ...row, balanceWei: 0n },
      ],
    };
    const { signers } = await reading.read('1h');
    expect(signers.map(({ address, alert, inFlight }) => [address, alert, inFlight])).toEqual([
      [paused, 'paused', 0],
      [empty, 'noFunds', 0],
      [gone, 'notSeen', 1],
    ]);
  });
});

describe('what needs a person', () => {
  it('is nothing where all is well', async () => {
    const { figures, reading } = overview();
    figures.answer = {
      ...figures.answer,
      oldestQueuedAt: NOW - 600_000,
      outbox: { count: 3, oldestAt: NOW - 30_000 },
      chainRows: [{ chainId: CHAIN_OF_FIGURES, cursorNumber: 9, finalNumber: 8 }],
    };
    expect((await reading.read('1h')).attention).toEqual([]);
  });

  it('comes in the order of what stops most', async () => {
    const refuse = () => Promise.reject(new LedgerUnavailable('a write does not commit (SQLITE_FULL)'));
    const { figures, reading } = overview({ ...OK, state: 'unreachable', message: 'ECONNREFUSED' }, refuse);
    figures.answer = {
      chains: [levels({ [`status:${SIGNER}:queued`]: 3 })],
      oldestQueuedAt: NOW - 600_001,
      openFailures: [{ code: 'would_revert', count: 2, oldestAt: 5 }],
      outbox: { count: 4, oldestAt: NOW - 30_001 },
      chainRows: [{ chainId: CHAIN_OF_FIGURES, cursorNumber: 9, finalNumber: 8 }],
      signerRows: [
        {
          key: { ...LANE, address: `0x${'22'.repeat(20)}` as Address },
          version: 1,
          nextNonce: 0,
          balanceWei: 0n,
          paused: null,
        },
        { key: LANE, version: 1, nextNonce: 0, balanceWei: 0n, paused: { reason: 'why', at: 3 } },
      ],
    };
    const { attention } = await reading.read('1h');
    expect(attention).toEqual([
      { kind: 'intakeRefused', message: 'a write does not commit (SQLITE_FULL)' },
      { kind: 'nodeTrouble', chainId: CHAIN_OF_FIGURES, message: 'ECONNREFUSED' },
      { kind: 'signerPaused', chainId: CHAIN_OF_FIGURES, address: SIGNER, message: 'why', since: 3 },
      { kind: 'signerWithoutFunds', chainId: CHAIN_OF_FIGURES, address: `0x${'22'.repeat(20)}` },
      { kind: 'openFailures', code: 'would_revert', count: 2, since: 5 },
      { kind: 'outboxOld', count: 4, since: NOW - 30_001 },
      { kind: 'queueOld', count: 3, since: NOW - 600_001 },
    ]);
  });

  it('a bug in the probe is no refusal of intake', async () => {
    const { reading } = overview(OK, () => Promise.reject(new TypeError('bug')));
    await expect(reading.read('1h')).rejects.toThrow('bug');
  });
});
