/**
 * One round of the storm: tasks of a chain of jobs, each of which notes its start and its end in a file of markers, while a victim is
 * killed at random moments. At the end each task is COMPLETED with its output once and right, no finished job has run again, and no
 * process and no folder is left.
 *
 * Or a round of tasks that take results of each other, in the sandbox, where jobs can't write markers: what each has is what it, or the
 * one that it names, has made.
 */
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { DRAWING } from '../cuts/apps.ts'
import { CarefulClient } from '../cuts/client.ts'
import type { Looked } from '../cuts/look.ts'
import { settingsOf, tokenOf } from '../cuts/play.ts'
import { Helper, Server } from '../cuts/server.ts'
import { wrongReuse } from '../cuts/taken.ts'
import type { Json } from '../support/api.ts'
import { ask, type Postgres } from '../support/postgres.ts'
import { wrongMarkers } from './markers.ts'
import { Random } from './random.ts'
import { strike, type Victim } from './strike.ts'
import { makeTrouble, type Trouble, type Troubled } from './trouble.ts'
import { outputOf, type Width, workflowOf } from './workflow.ts'

export interface RoundOptions {
  /** an empty folder for the round */
  folder: string
  seed: number
  trouble: Trouble
  /** its tasks use memoization */
  reuse: boolean
  postgres?: Postgres | undefined
  /** kills at most */
  kills: number
}

export interface Round {
  kills: { [victim in Victim]?: number }
  violations: string[]
}

const WIDTH: Width = { chain: 4, scatter: 3 }
const TASKS = 6
/** Milliseconds of a worker's lease. */
const LEASE = 1500
/** Milliseconds between two kills, at most. */
const BETWEEN = 1500
const ENDED = ['COMPLETED', 'FAILED', 'ABORTED']

/** Undefined where what it needs can't be had here. */
export async function playRound(options: RoundOptions): Promise<Round | undefined> {
  const { folder, seed, postgres } = options
  const random = new Random(seed)
  const name = `storm_${process.pid}_${seed}`
  const trouble = await makeTrouble(options.trouble, { folder, random, postgres })
  if (!trouble) return undefined
  try {
    if (postgres) await ask(postgres.url('postgres'), `create database ${name}`)
    return await weathered(options, random, trouble, name)
  } finally {
    await trouble.remove()
    if (postgres) {
      await postgres.start()
      await ask(postgres.url('postgres'), `drop database if exists ${name} with (force)`)
    }
  }
}

async function weathered(options: RoundOptions, random: Random, trouble: Troubled, name: string): Promise<Round> {
  const { folder, postgres, reuse, kills: most } = options
  const [data, marker] = [join(trouble.folder, 'data'), join(folder, 'markers')]
  await fs.writeFile(marker, '')
  const round: Round = { kills: {}, violations: [] }
  const database = postgres?.url(name)
  const place = { data, volume: folder, database }
  const near = database?.replace(`:${postgres!.port}/`, `:${trouble.port ?? postgres!.port}/`)
  const settings = settingsOf({ ...place, database: near })
  const serve = reuse ? { ...settings, isolation: 'sandbox' as const } : settings
  const lasting = { points: trouble.points, patient: true }
  const server = new Server({ serve: { ...serve, ...(near ? { worker: false } : {}) }, ...lasting })
  const workers: Server[] = []
  let calm = async () => {}
  try {
    await server.url()
    for (let more = near ? 2 : 0; more > 0; more--) {
      workers.push(new Server({ serve: { ...serve }, worker: { lease: LEASE }, ...lasting }))
      await workers.at(-1)!.url()
    }
    const client = new CarefulClient(() => server.url(), await tokenOf(place), 'storm')
    const { id: project } = await client.post('/projects', { name: 'storm' })
    await client.post(`/apps/${project}/flow/raw`, reuse ? DRAWING : workflowOf(marker, WIDTH))
    calm = trouble.begin()
    const tasks: Json[] = []
    for (let task = 0; task < TASKS; task++) {
      const body = { project, app: `${project}/flow`, name: `t${task}` }
      // two each are the same
      const more = reuse
        ? { inputs: { word: `w${task >> 1}` }, execution_settings: { use_memoization: true } }
        : { inputs: { task: `t${task}` } }
      tasks.push(await client.post('/tasks?action=run', { ...body, ...more }))
    }
    const over = new AbortController()
    const storm = (async () => {
      for (let left = most; left > 0 && !over.signal.aborted; left--) {
        await new Promise(resolve => setTimeout(resolve, random.below(BETWEEN)))
        if (over.signal.aborted) return
        const victim = await strike(random, { data, server, workers, postgres })
        if (victim) round.kills[victim] = (round.kills[victim] ?? 0) + 1
      }
    })()
    const ends = await Promise.all(
      tasks.map(({ href }) => client.until(href, ({ status }) => ENDED.includes(status))),
    ).finally(() => over.abort())
    await storm
    await calm()
    await postgres?.start()
    const wrappers = round.kills.wrapper ?? 0
    const deaths = (round.kills.server ?? 0) + (round.kills.worker ?? 0)
    const mayFail = (end: Json) => trouble.fails || wrappers >= 3 || (deaths >= 3 && isToldDeadly(end))
    for (const end of ends) round.violations.push(...(await wrongEnd(client, end, mayFail(end), reuse)))
    const done = ends.filter(({ status }) => status === 'COMPLETED')
    if (reuse) round.violations.push(...(await wrongReuse(client, done)))
    else round.violations.push(...(await wrongMarkers(marker, wrappers)))
    const { items } = await client.get(`/files?project=${project}&limit=100`)
    if (items.length !== done.length)
      round.violations.push(`${items.length} files of ${done.length} tasks: ${JSON.stringify(items)}`)
    for (const each of [...workers, server]) await each.stop()
    round.violations.push(...(await wrongPlace(place)))
    return round
  } catch (error) {
    const errors = [server, ...workers].map(each => each.errors.slice(-4000)).join('\n')
    throw new Error(`${error instanceof Error ? error.stack : error}\n${errors}`)
  } finally {
    await calm()
    for (const each of [...workers, server]) await each.end()
  }
}

/** A task is not tried again whose workers died three times before it came further. */
function isToldDeadly({ execution_status: status }: Json): boolean {
  return (status as unknown as { message: string }).message.startsWith("The server's worker died 3 times")
}

/** A job may be started three times: one whose wrapper was killed as often is told to have failed. */
async function wrongEnd(client: CarefulClient, end: Json, mayFail: boolean, reuse: boolean): Promise<string[]> {
  if (end.status !== 'COMPLETED') {
    return end.status === 'FAILED' && mayFail ? [] : [`${end.name} is ${end.status}: ${JSON.stringify(end)}`]
  }
  const { path } = (end.outputs as { out: { path: string } }).out
  const { origin } = await client.get(`/files/${path}`)
  if ((origin as Json).task !== end.id) return [`the output of ${end.name} is of ${JSON.stringify(origin)}`]
  const { url } = await client.get(`/files/${path}/download_info`)
  const text = await client.text(url)
  if (reuse) return []
  return text === outputOf(WIDTH) ? [] : [`the output of ${end.name} is ${JSON.stringify(text)}`]
}

async function wrongPlace(place: { data: string; volume: string; database: string | undefined }): Promise<string[]> {
  const helper = new Helper()
  try {
    return ((await helper.told({ do: 'look', options: place })) as Looked).wrong
  } finally {
    await helper.end()
  }
}
