/**
 * The storm: rounds (round.ts) until so many kills are in the record, `make storm KILLS=2000 DATABASE=postgres`. The record, a JSON line
 * for each round, grows from one call to the next; a round with a violation says its seed, by which it is played again. Which trouble a
 * round has beside the kills (trouble.ts) comes from its seed too; `TROUBLE=disk` has each round have that one.
 */
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makePostgres } from '../support/postgres.ts'
import { Random } from './random.ts'
import { playRound } from './round.ts'
import { TROUBLES, type Trouble } from './trouble.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    database: { type: 'string', default: 'sqlite' },
    record: { type: 'string', default: 'build/storm' },
    seed: { type: 'string' },
    trouble: { type: 'string' },
    reuse: { type: 'boolean', default: false },
    more: { type: 'boolean', default: false },
  },
})
/** Kills of one round. */
const EACH = 10
/** Of so many rounds one has a trouble beside the kills; and of so many the tasks take results of each other. */
const RARE = 3
const REUSE = 4

interface Line {
  seed: number
  trouble?: Trouble
  reuse?: boolean
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

const troubleOf = (seed: number) => {
  if (values.trouble !== undefined) return values.trouble as Trouble
  const random = new Random(seed ^ 0x5f356495)
  return random.below(RARE) === 0 ? random.of(TROUBLES.slice(1)) : 'none'
}

const isReuse = (seed: number) => values.reuse || new Random(seed ^ 0x2b6e1d07).below(REUSE) === 0

const postgres = values.database === 'postgres' ? await makePostgres() : undefined
const played: Line[] = []
const before = total()
const wanted = Number(values.kills) + (values.more ? before : 0)
const started = performance.now()
try {
  const once = values.seed !== undefined
  while (once ? played.length === 0 : total() < wanted) {
    const seed = once ? Number(values.seed) : Math.floor(Math.random() * 2 ** 31)
    const folder = await fs.mkdtemp(join(tmpdir(), 'reprise-storm-'))
    const line: Line = { seed, trouble: troubleOf(seed), reuse: isReuse(seed), kills: {}, violations: [] }
    try {
      const { trouble, reuse } = { trouble: troubleOf(seed), reuse: isReuse(seed) }
      const round = await playRound({ folder, seed, trouble, reuse, postgres, kills: EACH })
      if (!round) {
        console.log(`A round with the trouble ${line.trouble} can't be had here.`)
        if (once || values.trouble !== undefined) break
        continue
      }
      Object.assign(line, round)
    } catch (error) {
      line.violations.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
    } finally {
      await fs.rm(folder, { recursive: true, force: true })
    }
    lines.push(line)
    played.push(line)
    await fs.appendFile(file, `${JSON.stringify({ ...line, ended: new Date().toISOString() })}\n`)
    for (const violation of line.violations)
      console.log(`failed: seed ${seed} (${line.trouble}${line.reuse ? ', reuse' : ''}): ${violation}`)
  }
} finally {
  await postgres?.remove()
}
const violations = lines.reduce((all, line) => all + line.violations.length, 0)
const failed = played.filter(line => line.violations.length > 0).length
console.log(
  `${total()} kills in ${lines.length} rounds on ${values.database}, ${violations} violations; of these ${total() - before} kills now`,
)
console.log(`in ${Math.round((performance.now() - started) / 1000)} s`)
console.log(`${played.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
