import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startVitest } from 'vitest/node'
import { coverageOf, readRecords } from './coverage.ts'
import { coveragePage, totalLine } from './coverage-page.ts'
import { readInventory } from './inventory.ts'
import { startPostgres } from './postgres.ts'

/**
 * Runs the acceptance suite and writes docs/api-coverage.md. With an address and tokens it talks to a server that is there;
 * else each file of tests starts one, with SQLite or with a database of its own at a PostgreSQL that this starts.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    token: { type: 'string' },
    database: { type: 'string', default: 'sqlite' },
    only: { type: 'string', multiple: true, default: [] },
  },
})
if (values.url && !values.token)
  throw new Error('An address needs tokens: TOKEN=FIRST,SECOND,… of users that may make projects.')
if (!['sqlite', 'postgres'].includes(values.database)) throw new Error('DATABASE is sqlite or postgres.')

/** These files use the command on the data of their server, or options of it. */
const OWN_SERVER = ['drs', 'limits', 'readme', 'teams', 'transfers', 'volumes']

const root = join(import.meta.dirname, '..')
const records = await mkdtemp(join(tmpdir(), 'reprise-coverage-'))
process.env.REPRISE_COVERAGE = records
if (values.url) process.env.REPRISE_ACCEPTANCE_URL = values.url
if (values.token) process.env.REPRISE_ACCEPTANCE_TOKENS = values.token
const postgres = values.database === 'postgres' && !values.url ? await startPostgres() : undefined
if (postgres) process.env.REPRISE_ACCEPTANCE_POSTGRES = postgres.url

try {
  const words = values.only.length > 0 ? values.only.map(word => `acceptance/${word}`) : ['acceptance/']
  // one server for all: its files of tests take turns
  const turns = values.url
    ? { fileParallelism: false, exclude: OWN_SERVER.map(name => `acceptance/${name}.test.ts`) }
    : {}
  const vitest = await startVitest('test', words, { root, watch: false, reporters: ['default'], ...turns })
  const failed = vitest.state.getCountOfFailedTests() + vitest.state.getUnhandledErrors().length
  await vitest.close()
  const coverage = coverageOf(readInventory(), readRecords(records))
  if (values.only.length === 0) await writeFile(join(root, 'docs/api-coverage.md'), coveragePage(coverage))
  const open = coverage.pages.flatMap(({ calls }) => calls.filter(({ isCovered, reason }) => !isCovered && !reason))
  if (values.only.length === 0 && !values.url && open.length > 0) {
    console.log(`Not covered: ${open.map(({ call }) => call.call).join(', ')}`)
    process.exitCode = 1
  }
  console.log(totalLine(coverage))
  if (failed > 0) process.exitCode = 1
} finally {
  await postgres?.close()
  await rm(records, { recursive: true, force: true })
}
