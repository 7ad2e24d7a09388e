/**
 * Cuts each scene of a small world (world.ts) at each point that it passes: `make cuts DATABASE=postgres PART=2/3 SCENES=run,fail`.
 * First each is played without a cut, which says how its rows look and how often each point is passed; then once for
 * each point and time, in which the server is killed there and started again, and all is as without the cut.
 */
import * as fs from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ask, makePostgres } from '../support/postgres.ts'
import { CarefulClient } from './client.ts'
import { type Place, play } from './play.ts'
import { differences, type Rows } from './rows.ts'
import { Server } from './server.ts'
import { prepare, SCENES } from './world.ts'

const { values } = parseArgs({
  options: {
    database: { type: 'string', default: 'sqlite' },
    part: { type: 'string', default: '1/1' },
    scenes: { type: 'string', default: Object.keys(SCENES).join() },
    points: { type: 'string', default: '' },
    action: { type: 'string', default: 'kill' },
    jobs: { type: 'string', default: String(availableParallelism() + 1) },
  },
})
const [share = 1, shares = 1] = values.part.split('/').map(Number)
const started = performance.now()

const [FIRST] = Object.keys(SCENES)

const base = await fs.mkdtemp(join(tmpdir(), 'reprise-cuts-'))
const postgres = values.database === 'postgres' ? await makePostgres() : undefined
const place: Place = { base, postgres: postgres?.url }
let cuts = 0
let kills = 0
const violations: string[] = []

interface Cut {
  scene: string
  point: string
  wanted: Rows
}

/** A pool of so many, which work one after the other. */
async function inParallel<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  await Promise.all(
    Array.from({ length: Number(values.jobs) }, async () => {
      for (const item of left) await work(item)
    }),
  )
}

async function makeWorld(): Promise<void> {
  const volume = join(base, 'volume')
  await fs.mkdir(volume)
  await fs.writeFile(join(volume, 'imported.txt'), 'imported\n'.repeat(1000))
  if (postgres) await ask(postgres.url('postgres'), 'create database world')
  const data = join(base, 'world')
  const server = new Server({
    data,
    port: 0,
    isolation: 'none',
    volumes: { allowPaths: [volume] },
    limits: { 'ballast-bytes': 0 },
    ...(postgres ? { database: postgres.url('world') } : {}),
  })
  await server.url()
  const token = (await fs.readFile(join(data, 'admin-token'), 'utf8')).trim()
  await prepare(new CarefulClient(() => server.url(), token, 'world'), volume)
  await server.stop()
}

/** How often each point is passed, and the rows at the end. */
async function uncut(scene: string): Promise<Cut[]> {
  const log = join(base, `${scene}.log`)
  const { rows, wrong } = await play(place, scene, { log })
  for (const what of wrong) violations.push(`${scene} without a cut: ${what}`)
  const passed = new Map<string, number>()
  const points: string[] = []
  let isReady = false
  for (const point of (await fs.readFile(log, 'utf8')).trim().split('\n')) {
    if (point === 'ready') isReady = true
    const times = (passed.get(point) ?? 0) + 1
    passed.set(point, times)
    // the start is the same in all scenes: one of them is enough
    if (point !== 'ready' && (isReady || scene === FIRST)) points.push(`${point}:${times}`)
  }
  return points.map(point => ({ scene, point, wanted: rows }))
}

async function cut({ scene, point, wanted }: Cut): Promise<void> {
  cuts++
  try {
    const { deaths, rows, wrong } = await play(place, scene, { failpoint: `${point}=${values.action}` })
    kills += deaths
    const all = [...wrong, ...differences(wanted, rows)]
    for (const what of all) violations.push(`${scene} cut at ${point}: ${what}`)
    if (all.length > 0)
      console.log(`${scene} ${point}: ${all.length} violations, the first one: ${all[0]!.slice(0, 600)}`)
  } catch (error) {
    violations.push(`${scene} cut at ${point}: ${error instanceof Error ? error.message : error}`)
    console.log(violations.at(-1)!.slice(0, 1500))
  }
}

try {
  await makeWorld()
  const plans: Cut[][] = []
  await inParallel(values.scenes.split(','), async scene => {
    plans.push(await uncut(scene))
  })
  const all = plans
    .sort((a, b) => (a[0]!.scene < b[0]!.scene ? -1 : 1))
    .flat()
    .filter(({ point }) => point.includes(values.points))
    .filter((_, index) => index % shares === share - 1)
  const seconds = () => Math.round((performance.now() - started) / 1000)
  console.log(`${all.length} cuts on ${values.database} (part ${values.part}), after ${seconds()} s`)
  await inParallel(all, cut)
  for (const violation of violations) console.log(`violation: ${violation}`)
  console.log(`${cuts} cuts, ${kills} kills, ${violations.length} violations on ${values.database} in ${seconds()} s`)
} finally {
  await postgres?.remove()
  await fs.rm(base, { recursive: true, force: true })
}
process.exitCode = violations.length > 0 || cuts === 0 ? 1 : 0
