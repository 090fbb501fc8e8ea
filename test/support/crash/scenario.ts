import type { Random } from '../../../src/application/ports/clock.ts';
import type { RpcProxy } from '../rpc-proxy.ts';
import type { Client } from './client.ts';
import type { CrashChain } from './crash-chain.ts';
import type { Operator } from './operator.ts';
import type { Wish, Wishes } from './wish.ts';

/** A run, as a scenario sees it. */
export interface Stage {
  readonly chain: CrashChain;
  /** In front of the node, where the scenario asked for it. */
  readonly proxy: RpcProxy | null;
  readonly client: Client;
  readonly operator: Operator;
  readonly wishes: Wishes;
  readonly random: Random;
  /** The passing at which the process is to die. */
  readonly passing: number;
}

/** One life of the server. */
export interface Life {
  readonly origin: string;
  /** Its end, whoever brought it about. */
  readonly over: AbortSignal;
}

/** What is done so that the process comes by its failpoint, as often as it is asked to. */
export interface Scenario {
  readonly proxied: boolean;
  /** Before a life that is to be ended. */
  prepare?(stage: Stage): Promise<void> | void;
  /** Posted at the begin of such a life, besides the payments. */
  wishes?(stage: Stage): readonly Wish[];
  /** When they are all accepted; until the end of that life. */
  act?(stage: Stage, life: Life): Promise<void>;
  /** In the last life, which nobody ends: everything that was begun is brought to its end. */
  finish?(stage: Stage, origin: string): Promise<void>;
}
