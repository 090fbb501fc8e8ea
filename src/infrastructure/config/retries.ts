import { integer, setting, Wrong } from './setting.ts';

const DAY_MS = 86_400_000;
const STRATEGIES = ['linear', 'exponential'] as const;

/** When a try that failed is made again (docs/rules.md, "What counts as a retry"). */
export const retrySettings = {
  RETRY_STRATEGY: setting(
    (text) => STRATEGIES.find((strategy) => strategy === text) ?? new Wrong(`one of ${STRATEGIES.join(', ')}`),
  ).default('linear'),
  RETRY_BASE_MS: integer(1, DAY_MS, 'milliseconds before the first retry').default(35_000),
  RETRY_STEP_MS: integer(0, DAY_MS, 'milliseconds that each further retry waits longer').default(10_000),
  RETRY_MAX: integer(0, 1000, 'retries before a transaction fails').default(16),
  RETRY_CAP_MS: integer(1, DAY_MS, 'the longest wait before a retry, in milliseconds').default(300_000),
};
