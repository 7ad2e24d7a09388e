/**
 * The storm: rounds (round.ts) until so many kills are in the record, `make storm KILLS=2000 DATABASE=postgres`. The record, a JSON line
 * for each round, grows from one call to the next; a round with a violation says its seed, by which it is played again.
 */
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makePostgres } from '../support/postgres.ts'
import { playRound } from './round.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    database: { type: 'string', default: 'sqlite' },
    record: { type: 'string', default: 'build/storm' },
    seed: { type: 'string' },
  },
})
/** Kills of one round. */
const EACH = 8

interface Line {
  seed: number
  kills: { [victim: string]: number }
  violations: string[]
}

await fs.mkdir(values.record, { recursive: true })
const file = join(values.record, `${values.database}.jsonl`)
const text = await fs.readFile(file, 'utf8').catch(() => '')
const lines: Line[] = text
  .split('\n')
  .filter(line => line)
  .map(line => JSON.parse(line))
const sum = (kills: Line['kills']) => Object.values(kills).reduce((total, number) => total + number, 0)
const total = () => lines.reduce((all, { kills }) => all + sum(kills), 0)

const postgres = values.database === 'postgres' ? await makePostgres() : undefined
const played: Line[] = []
try {
  const once = values.seed !== undefined
  while (once ? played.length === 0 : total() < Number(values.kills)) {
    const seed = once ? Number(values.seed) : Math.floor(Math.random() * 2 ** 31)
    const folder = await fs.mkdtemp(join(tmpdir(), 'reprise-storm-'))
    const line: Line = { seed, kills: {}, violations: [] }
    try {
      Object.assign(line, await playRound({ folder, seed, postgres, kills: EACH }))
    } catch (error) {
      line.violations.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
    } finally {
      await fs.rm(folder, { recursive: true, force: true })
    }
    lines.push(line)
    played.push(line)
    await fs.appendFile(file, `${JSON.stringify({ ...line, ended: new Date().toISOString() })}\n`)
    for (const violation of line.violations) console.log(`violation, seed ${seed}: ${violation}`)
  }
} finally {
  await postgres?.remove()
}
const violations = lines.reduce((all, line) => all + line.violations.length, 0)
console.log(`${total()} kills in ${lines.length} rounds on ${values.database}, ${violations} violations`)
process.exitCode = played.some(line => line.violations.length > 0) ? 1 : 0
