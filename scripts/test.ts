/**
 * Runs all tests, or those whose paths contain a word given as argument; the last line counts them. With `--database postgres`
 * those that need rows find them in a PostgreSQL that is started for them.
 */
import { parseArgs } from 'node:util'
import { startVitest } from 'vitest/node'
import { postgresPrograms } from '../packages/server/test/support/postgres.ts'

const { values, positionals } = parseArgs({ options: { database: { type: 'string' } }, allowPositionals: true })
if (values.database === 'postgres') {
  if (!postgresPrograms()) {
    console.log('PostgreSQL is not installed: its tests are left out.\n0 passed, 0 failed')
    process.exit()
  }
  process.env.REPRISE_TEST_DATABASE = 'postgres'
}

const count = { passed: 0, failed: 0, skipped: 0 }

async function run(words: string[], turn: 'together' | 'alone'): Promise<void> {
  process.env.REPRISE_TEST_TURN = turn
  const vitest = await startVitest('test', words, { watch: false, reporters: ['default'], passWithNoTests: true })
  for (const module of vitest.state.getTestModules()) {
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state !== 'pending') count[state]++
    }
    if (!module.ok() && [...module.children.allTests('failed')].length === 0) count.failed++
  }
  count.failed += vitest.state.getUnhandledErrors().length
  await vitest.close()
}

/** In one turn where they were asked for by name: whoever looks at some does not want to wait for a second start. */
const GUARDS = 'packages/server/test/guard/'
if (positionals.some(word => word.includes('guard'))) await run(positionals, 'alone')
else {
  await run(positionals, 'together')
  const above = positionals.filter(word => GUARDS.startsWith(word.replace(/\/?$/, '/')))
  if (positionals.length === 0 || above.length > 0) await run([GUARDS], 'alone')
}
const skipped = count.skipped ? `, ${count.skipped} skipped` : ''
console.log(`${count.passed} passed, ${count.failed} failed${skipped}`)
process.exitCode = count.failed || count.passed === 0 ? 1 : 0
