import { ContainerModule } from 'inversify';
import { Signal } from '../../application/signal.ts';
import { CreateBulk } from '../../application/use-cases/bulk/create-bulk-retry.ts';
import { RunBulkRetries } from '../../application/use-cases/bulk/run-bulk-retries.ts';
import { Accept } from '../../application/use-cases/accept.ts';
import { IntakePressure } from '../../application/use-cases/accept/intake-pressure.ts';
import { Cancel } from '../../application/use-cases/cancel.ts';
import { Close } from '../../application/use-cases/close.ts';
import { SignerChooser } from '../../application/use-cases/choose-signer.ts';
import { RunLane } from '../../application/use-cases/lane/run-lane.ts';
import { FirstAdministrator } from '../../application/use-cases/first-administrator.ts';
import { RelayWakeUps } from '../../application/use-cases/relay-wake-ups.ts';
import { RestoreLetters } from '../../application/use-cases/restore-letters.ts';
import { Retry } from '../../application/use-cases/retry.ts';
import { SignIn } from '../../application/use-cases/sign-in.ts';
import { Sweep } from '../../application/use-cases/sweep.ts';
import { TrackBlocks } from '../../application/use-cases/track/track-blocks.ts';
import { ValidateBroadcast } from '../../application/use-cases/validate-and-broadcast.ts';
import { singleton } from './bind.ts';
import { lanePolicy, SEND_BUDGET_MS } from './policy.ts';
import { T } from './tokens.ts';

export const useCasesModule = new ContainerModule((options) => {
  const one = singleton(options);
  one(T.Policy, (get) => lanePolicy(get(T.Foundation).config));
  one(T.IntakePressure, (get) => new IntakePressure(get(T.Clock)));
  one(T.Accept, (get) => {
    const [signers, work, clock] = [get(T.Signers), get(T.Work), get(T.Clock)];
    const chooser = new SignerChooser({ signers, work, clock });
    return new Accept({
      ledger: get(T.Ledger),
      clock,
      ids: get(T.Ids),
      chooser,
      chainIds: [get(T.Foundation).chainId],
      pressure: get(T.IntakePressure),
    });
  });
  one(
    T.Retry,
    (get) => new Retry({ work: get(T.Work), views: get(T.Views), ledger: get(T.Ledger), clock: get(T.Clock) }),
  );
  one(
    T.Cancel,
    (get) => new Cancel({ work: get(T.Work), views: get(T.Views), ledger: get(T.Ledger), clock: get(T.Clock) }),
  );
  one(
    T.Close,
    (get) => new Close({ work: get(T.Work), views: get(T.Views), ledger: get(T.Ledger), clock: get(T.Clock) }),
  );
  one(T.BulkCreated, () => new Signal());
  one(
    T.CreateBulkRetry,
    (get) =>
      new CreateBulk({
        jobs: get(T.BulkJobs),
        ledger: get(T.Ledger),
        clock: get(T.Clock),
        ids: get(T.Ids),
        onCreated: () => {
          get(T.BulkCreated).raise();
        },
      }),
  );
  one(
    T.RunBulkRetries,
    (get) =>
      new RunBulkRetries({
        jobs: get(T.BulkJobs),
        work: get(T.Work),
        views: get(T.Views),
        ledger: get(T.Ledger),
        clock: get(T.Clock),
        log: get(T.Log),
      }),
  );
  one(
    T.ValidateAndBroadcast,
    (get) =>
      new ValidateBroadcast({
        chainId: get(T.Foundation).chainId,
        sendBudgetMs: SEND_BUDGET_MS,
        work: get(T.Work),
        ledger: get(T.Ledger),
        codec: get(T.Codec),
        node: get(T.Node),
        gate: get(T.Gate),
        clock: get(T.Clock),
        random: get(T.Random),
        log: get(T.Log),
        metrics: get(T.Metrics),
        policy: get(T.Policy),
      }),
  );
  one(
    T.Relay,
    (get) =>
      new RelayWakeUps({
        outbox: get(T.Outbox),
        queue: get(T.Queue),
        letters: get(T.DeadLetters),
        clock: get(T.Clock),
        metrics: get(T.Metrics),
      }),
  );
  one(T.RestoreLetters, (get) => new RestoreLetters({ work: get(T.Work), letters: get(T.DeadLetters) }));
  one(
    T.RunLane,
    (get) =>
      new RunLane(
        {
          work: get(T.Work),
          ledger: get(T.Ledger),
          codec: get(T.Codec),
          signers: get(T.Signers),
          node: get(T.Node),
          endpointTwo: get(T.EndpointTwo),
          market: get(T.Market),
          gate: get(T.Gate),
          clock: get(T.Clock),
          random: get(T.Random),
          ids: get(T.Ids),
          log: get(T.Log),
          metrics: get(T.Metrics),
          policy: get(T.Policy),
        },
        get(T.IntakePressure),
      ),
  );
  one(T.Track, (get) => {
    const { config, chainId } = get(T.Foundation);
    return new TrackBlocks({
      chainId,
      confirmations: config.chain.confirmations,
      maxInFlight: config.chain.maxInFlight,
      work: get(T.Work),
      ledger: get(T.Ledger),
      node: get(T.Node),
      gate: get(T.Gate),
      signers: get(T.Signers),
      clock: get(T.Clock),
      log: get(T.Log),
      metrics: get(T.Metrics),
    });
  });
  one(
    T.SignIn,
    (get) =>
      new SignIn({
        accounts: get(T.Accounts),
        counters: get(T.Counters),
        passwords: get(T.Passwords),
        cipher: get(T.Cipher),
        clock: get(T.Clock),
        sessionMs: get(T.Foundation).config.sessions.longestMs,
      }),
  );
  one(
    T.FirstAdministrator,
    (get) => new FirstAdministrator({ accounts: get(T.Accounts), passwords: get(T.Passwords), clock: get(T.Clock) }),
  );
  one(
    T.Sweep,
    (get) =>
      new Sweep({
        work: get(T.Work),
        ledger: get(T.Ledger),
        queue: get(T.Queue),
        clock: get(T.Clock),
        log: get(T.Log),
        metrics: get(T.Metrics),
      }),
  );
});
