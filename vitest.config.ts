import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

/** Tests of one side of the database's seam. */
const others = process.env.REPRISE_TEST_DATABASE === 'postgres' ? '**/sqlite.test.ts' : 'packages/*/test/postgres/**'

/**
 * Tests of what others have to wait for (`guard`) say something only when nothing else runs: `scripts/test.ts` gives them a
 * turn of their own, after all others.
 */
const turn = process.env.REPRISE_TEST_TURN
const guards = 'packages/*/test/guard/**'

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'acceptance/**/*.test.ts', 'examples/**/*.test.ts'],
    exclude: [...configDefaults.exclude, others, ...(turn === 'together' ? [guards] : [])],
    globalSetup: 'packages/server/test/support/postgres-setup.ts',
    setupFiles: 'packages/server/test/support/row-budget.ts',
    pool: 'forks',
    // they mostly wait for processes
    maxWorkers: turn === 'alone' ? 1 : Math.max(3, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  },
})
