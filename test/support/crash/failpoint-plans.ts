import type { FailpointName } from '../../../src/infrastructure/failpoints/failpoint-names.ts';
import type { Scenario } from './scenario.ts';
import { blocks } from './scenarios/blocks.ts';
import { cancel } from './scenarios/cancel.ts';
import { hole } from './scenarios/hole.ts';
import { plain } from './scenarios/plain.ts';
import { retry } from './scenarios/retry.ts';
import { sweep } from './scenarios/sweep.ts';

interface FailpointPlan {
  readonly scenario: Scenario;
  /** The passing that a test asks for. */
  readonly passing: number;
  /** The last passing that the scenario surely comes to within a few seconds. */
  readonly most: number;
}

const common: FailpointPlan = { scenario: plain, passing: 1, most: 6 };
/** The second block after a start, or the first after a first start, which commits a cursor itself. */
const perBlock: FailpointPlan = { scenario: blocks, passing: 2, most: 12 };

export const FAILPOINT_PLANS: Readonly<Record<FailpointName, FailpointPlan>> = {
  'accept.beforeCommit': common,
  'accept.afterCommit': common,
  'relay.afterPublish': common,
  'reserve.afterCommit': common,
  'sign.beforeStore': common,
  'attempts.afterCommit': common,
  'endpoint2.beforeVerify': common,
  'validate.afterCommit': common,
  'send.before': common,
  'send.after': common,
  'settle.afterCommit': common,
  'block.afterRead': perBlock,
  'cursor.beforeCommit': perBlock,
  'cursor.afterCommit': perBlock,
  'filler.afterCommit': { scenario: hole, passing: 1, most: 2 },
  'cancel.afterCommit': { scenario: cancel, passing: 1, most: 4 },
  'retry.afterCommit': { scenario: retry, passing: 1, most: 3 },
  'sweep.afterWakeUp': { scenario: sweep, passing: 1, most: 2 },
};

/** For a `kill -9` at any instant. */
export const SCENARIOS: readonly Scenario[] = [plain, plain, hole, cancel, retry];
