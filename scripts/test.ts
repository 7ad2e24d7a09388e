/**
 * Runs all tests, or those whose paths contain a word given as argument; the last line counts them. With `--database postgres`
 * those that need rows find them in a PostgreSQL that is started for them.
 *
 * Files of tests run beside each other, each with servers, databases and containers of its own. A file that fails there is run
 * once more by itself, and that counts; what failed the first time is named before the last line, since it needs mending.
 * `--part 1/2` runs a half of the files.
 */
import { parseArgs } from 'node:util'
import { startVitest } from 'vitest/node'
import { postgresPrograms } from '../packages/server/test/support/postgres.ts'

const options = { database: { type: 'string' }, part: { type: 'string' } } as const
const { values, positionals } = parseArgs({ options, allowPositionals: true })
if (values.database === 'postgres') {
  if (!postgresPrograms()) {
    console.log('PostgreSQL is not installed: its tests are left out.\n0 passed, 0 failed')
    process.exit()
  }
  process.env.REPRISE_TEST_DATABASE = 'postgres'
}

/** What one file of tests came to. */
interface Result {
  passed: number
  skipped: number
  failed: string[]
}

const results = new Map<string, Result>()
const outside: string[] = []

async function run(words: string[], turn: 'together' | 'alone', shard?: string): Promise<void> {
  process.env.REPRISE_TEST_TURN = turn
  const asked = { watch: false, reporters: ['default'], passWithNoTests: true, ...(shard ? { shard } : {}) }
  const vitest = await startVitest('test', words, asked)
  for (const module of vitest.state.getTestModules()) {
    const file = module.relativeModuleId
    const result: Result = { passed: 0, skipped: 0, failed: [] }
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'failed') result.failed.push(`${file} > ${test.fullName}`)
      else if (state !== 'pending') result[state]++
    }
    if (!module.ok() && result.failed.length === 0) result.failed.push(file)
    results.set(file, result)
  }
  for (const error of vitest.state.getUnhandledErrors()) outside.push(`outside of a test: ${(error as Error).message}`)
  await vitest.close()
}

const failures = () => [...results.values()].flatMap(result => result.failed)

/** In one turn where they were asked for by name: whoever looks at some does not want to wait for a second start. */
const GUARDS = 'packages/server/test/guard/'
if (positionals.some(word => word.includes('guard'))) await run(positionals, 'alone')
else {
  await run(positionals, 'together', values.part)
  const above = positionals.filter(word => GUARDS.startsWith(word.replace(/\/?$/, '/')))
  if (positionals.length === 0 || above.length > 0) await run([GUARDS], 'alone')
}
const first = failures()
const files = [...results].filter(([, result]) => result.failed.length > 0).map(([file]) => file)
if (files.length > 0) await run(files, 'alone')

const failed = [...failures(), ...outside]
for (const line of first.filter(line => !failed.includes(line))) console.log(`passed only when run again: ${line}`)
for (const line of failed) console.log(`failed: ${line}`)
const sum = (key: 'passed' | 'skipped') => [...results.values()].reduce((total, result) => total + result[key], 0)
const skipped = sum('skipped') ? `, ${sum('skipped')} skipped` : ''
console.log(`${sum('passed')} passed, ${failed.length} failed${skipped}`)
process.exitCode = failed.length > 0 || sum('passed') === 0 ? 1 : 0
