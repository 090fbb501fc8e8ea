import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { SUITES } from './scripts/setup/suites.mjs';

const workers = Math.min(8, Math.max(2, availableParallelism()));

export default defineConfig({
  define: { __FAILPOINTS__: 'true' },
  test: {
    pool: 'forks',
    retry: 0,
    // Every failure counts, also one that no test awaited.
    dangerouslyIgnoreUnhandledErrors: false,
    projects: SUITES.map(({ name, timeoutMs, alone, failpoints = false }, position) => ({
      extends: true,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: timeoutMs,
        hookTimeout: timeoutMs,
        globalSetup: failpoints ? ['test/global-setup.ts'] : [],
        fileParallelism: !alone,
        maxWorkers: alone ? 1 : workers,
        sequence: { groupOrder: position },
      },
    })),
  },
});
