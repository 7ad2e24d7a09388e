/**
 * Cuts each scene of a small world (world.ts) at each point that it passes: `make cuts DATABASE=postgres PART=2/3 SCENES=run,fail`.
 * First each is played without a cut, which says how its rows look and how often each point is passed; then once for
 * each point and time, in which the server is killed there and started again, and all is as without the cut.
 */
import * as fs from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Random } from '../storm/random.ts'
import { ask, makePostgres } from '../support/postgres.ts'
import { CarefulClient } from './client.ts'
import { copied, type Place, play, settingsOf, tokenOf } from './play.ts'
import { differences, type Rows } from './rows.ts'
import { Helper, Server } from './server.ts'
import { litter, prepare, REUSE, SCENES, SWEEP } from './world.ts'

const { values } = parseArgs({
  options: {
    database: { type: 'string', default: 'sqlite' },
    part: { type: 'string', default: '1/1' },
    scenes: { type: 'string', default: [...Object.keys(SCENES), SWEEP].join() },
    points: { type: 'string', default: '' },
    action: { type: 'string', default: 'kill' },
    // an order of its own, and minutes after which no more are begun
    order: { type: 'string', default: '0' },
    minutes: { type: 'string', default: 'Infinity' },
    jobs: { type: 'string', default: String(availableParallelism() + 1) },
  },
})
const [share = 1, shares = 1] = values.part.split('/').map(Number)
const started = performance.now()
const seconds = () => Math.round((performance.now() - started) / 1000)

let until = Number.POSITIVE_INFINITY

const [FIRST] = Object.keys(SCENES)
/** Times that a cut is tried whose point was not reached: which commits fall together is not the same each time. */
const TRIES = 3

const base = await fs.mkdtemp(join(tmpdir(), 'reprise-cuts-'))
const postgres = values.database === 'postgres' ? await makePostgres() : undefined
const place: Place = { base, postgres: postgres?.url }
const helpers = Array.from({ length: Number(values.jobs) }, () => new Helper())
let kills = 0
const passed: string[] = []
const unreached: string[] = []
const failed: string[] = []

interface Cut {
  scene: string
  point: string
  wanted: Rows
}

/** Each helper takes one after the other. */
async function inParallel<T>(items: T[], work: (item: T, helper: Helper) => Promise<void>): Promise<void> {
  const left = items.values()
  await Promise.all(
    helpers.map(async helper => {
      for (const item of left) if (!isOver && seconds() < until) await work(item, helper)
    }),
  )
}

async function makeWorlds(): Promise<void> {
  const volume = join(base, 'volume')
  await fs.mkdir(volume)
  await fs.writeFile(join(volume, 'imported.txt'), 'imported\n'.repeat(1000))
  if (postgres) await ask(postgres.url('postgres'), 'create database world')
  await withServer('world', client => prepare(client, volume))
  await copied(place, 'world', 'littered')
  await withServer('littered', litter)
  for (const path of ['store/00/lost', 'uploads/lost/data']) {
    await fs.mkdir(join(base, 'littered', path, '..'), { recursive: true })
    await fs.writeFile(join(base, 'littered', path), 'lost')
  }
}

async function withServer(name: string, work: (client: CarefulClient) => Promise<void>): Promise<void> {
  const folder = { data: join(base, name), volume: join(base, 'volume'), database: postgres?.url(name) }
  const server = new Server({ serve: settingsOf(folder) })
  try {
    await server.url()
    await work(new CarefulClient(() => server.url(), await tokenOf(folder), name))
    await server.stop()
  } finally {
    await server.end()
  }
}

/** How often each point is passed, and the rows at the end. */
async function uncut(scene: string, helper: Helper): Promise<Cut[]> {
  const log = join(base, `${scene}.log`)
  const { rows, wrong } = await play(place, scene, { log }, helper)
  for (const what of wrong) fail(`${scene} without a cut`, [what])
  const times = new Map<string, number>()
  const points: string[] = []
  let isReady = false
  for (const point of (await fs.readFile(log, 'utf8')).trim().split('\n')) {
    if (point === 'ready') isReady = true
    times.set(point, (times.get(point) ?? 0) + 1)
    // the start is the same in all scenes: one of them is enough
    if (point !== 'ready' && (isReady || scene === FIRST)) points.push(`${point}:${times.get(point)}`)
  }
  const taken = times.get('worker/after-take-result') ?? 0
  if (scene === REUSE && taken < 3) fail(`${scene} without a cut`, [`${taken} results were taken`])
  return points.map(point => ({ scene, point, wanted: rows }))
}

/** Parts of all scenes in the minutes that there are. */
function shuffle<T>(items: T[], random: Random): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = random.below(last + 1)
    ;[items[last], items[other]] = [items[other]!, items[last]!]
  }
}

function fail(name: string, what: string[]): void {
  failed.push(name)
  console.log(`failed: ${name}: ${what.length} violations`)
  for (const line of what.slice(0, 6)) console.log(`  ${line.slice(0, 500)}`)
}

let done = 0
let isOver = false
async function cut({ scene, point, wanted }: Cut, helper: Helper): Promise<void> {
  if (++done % 100 === 0) console.log(`${done} begun after ${seconds()} s`)
  const name = `${scene} cut at ${point}`
  try {
    for (let tries = TRIES; tries > 0; tries--) {
      const { deaths, rows, wrong } = await play(place, scene, { failpoint: `${point}=${values.action}` }, helper)
      kills += deaths
      const all = [...wrong, ...(scene === REUSE ? [] : differences(wanted, rows))]
      if (all.length > 0) return fail(name, all)
      if (deaths > 0 || values.action !== 'kill') return void passed.push(name)
    }
    unreached.push(name)
  } catch (error) {
    fail(name, [error instanceof Error ? error.message : String(error)])
  }
}

// what was told to end leaves nothing behind either
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    isOver = true
    console.log('told to end')
  })
}

try {
  await makeWorlds()
  const plans: Cut[][] = []
  await inParallel(values.scenes.split(','), async (scene, helper) => {
    plans.push(await uncut(scene, helper))
  })
  const all = plans
    .sort((a, b) => (a[0]!.scene < b[0]!.scene ? -1 : 1))
    .flat()
    .filter(({ point }) => point.includes(values.points))
    .filter((_, index) => index % shares === share - 1)
  shuffle(all, new Random(Number(values.order)))
  until = Number(values.minutes) * 60
  console.log(`${all.length} cuts on ${values.database} (part ${values.part}), after ${seconds()} s`)
  await inParallel(all, cut)
  if (done < all.length) console.log(`${done} of ${all.length} were begun in ${values.minutes} minutes`)
  for (const name of unreached) console.log(`not reached: ${name}`)
  console.log(
    `Cuts on ${values.database}: ${kills} kills in ${seconds()} s, ${unreached.length} points not reached again`,
  )
  console.log(`${passed.length} passed, ${failed.length} failed`)
} finally {
  for (const helper of helpers) await helper.end()
  await postgres?.remove()
  await fs.rm(base, { recursive: true, force: true })
}
process.exitCode = failed.length > 0 || passed.length === 0 ? 1 : 0
