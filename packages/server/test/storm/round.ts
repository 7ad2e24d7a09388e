/**
 * One round of the storm: tasks of a chain of jobs, each of which notes its start and its end in a file of markers, while a victim is
 * killed at random moments. At the end each task is COMPLETED with its output once, no finished job has run again, and no process and no
 * folder is left.
 */
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { openDatabase } from '../../src/database/open.ts'
import { CarefulClient } from '../cuts/client.ts'
import { leftIn, sweep } from '../cuts/left.ts'
import { Server } from '../cuts/server.ts'
import type { Json } from '../support/api.ts'
import { ask, type Postgres } from '../support/postgres.ts'
import { Random } from './random.ts'
import { type Width, workflowOf } from './workflow.ts'

export type Victim = 'server' | 'worker' | 'wrapper' | 'database'

export interface RoundOptions {
  /** an empty folder for the round */
  folder: string
  seed: number
  postgres?: Postgres | undefined
  /** kills at most */
  kills: number
}

export interface Round {
  kills: { [victim in Victim]?: number }
  violations: string[]
}

const WIDTH: Width = { chain: 4, scatter: 3 }
const TASKS = 3
const SETTINGS = { isolation: 'none', limits: { 'ballast-bytes': 0 } } as const
/** Milliseconds of a worker's lease. */
const LEASE = 1500

export async function playRound({ folder, seed, postgres, kills: most }: RoundOptions): Promise<Round> {
  const random = new Random(seed)
  const [data, marker] = [join(folder, 'data'), join(folder, 'markers')]
  await fs.writeFile(marker, '')
  const name = `storm_${process.pid}_${seed}`
  if (postgres) await ask(postgres.url('postgres'), `create database ${name}`)
  const database = postgres?.url(name)
  const shared = { data, ...SETTINGS, ...(database ? { database } : {}) }
  const server = new Server({ ...shared, port: 0, ...(database ? { worker: false } : {}) })
  const round: Round = { kills: {}, violations: [] }
  const workers: Server[] = []
  try {
    await server.url()
    for (let more = database ? 2 : 0; more > 0; more--) {
      workers.push(new Server({ ...shared, lease: LEASE } as never, {}, 'worker'))
      await workers.at(-1)!.url()
    }
    const token = (await fs.readFile(join(data, 'admin-token'), 'utf8')).trim()
    const client = new CarefulClient(() => server.url(), token, 'storm')
    const { id: project } = await client.post('/projects', { name: 'storm' })
    await client.post(`/apps/${project}/flow/raw`, workflowOf(marker, WIDTH))
    const tasks: Json[] = []
    for (let task = 0; task < TASKS; task++) {
      const body = { project, app: `${project}/flow`, name: `t${task}`, inputs: { task: `t${task}` } }
      tasks.push(await client.post('/tasks?action=run', body))
    }
    const over = new AbortController()
    const storm = (async () => {
      for (let left = most; left > 0 && !over.signal.aborted; left--) {
        await new Promise(resolve => setTimeout(resolve, random.below(1200)))
        if (over.signal.aborted) return
        const victim = await strike(random, { data, server, workers, postgres })
        if (victim) round.kills[victim] = (round.kills[victim] ?? 0) + 1
      }
    })()
    const ends = await Promise.all(
      tasks.map(({ href }) => client.until(href, ({ status }) => ['COMPLETED', 'FAILED', 'ABORTED'].includes(status))),
    )
    over.abort()
    await storm
    await postgres?.start()
    for (const end of ends) {
      // a job may be started three times: one whose wrapper was killed as often is told to have failed
      const isKilled = end.status === 'FAILED' && (round.kills.wrapper ?? 0) >= 3
      if (end.status !== 'COMPLETED' && !isKilled)
        round.violations.push(`${end.name} is ${end.status}: ${JSON.stringify(end)}`)
    }
    round.violations.push(...(await wrongMarkers(marker, round.kills.wrapper ?? 0)))
    const { items } = await client.get(`/files?project=${project}&limit=100`)
    const made = items.map(({ origin }) => (origin as Json | undefined)?.task).filter(task => task !== undefined)
    if (new Set(made).size !== made.length) round.violations.push('the output of a task is there twice')
    if (made.length !== ends.filter(({ status }) => status === 'COMPLETED').length)
      round.violations.push(`${made.length} outputs of ${ends.length} tasks`)
    for (const each of [...workers, server]) await each.stop()
    const rows = await openDatabase(data, { url: database })
    await sweep(rows, data, folder)
    round.violations.push(...(await leftIn(rows, data)))
    await rows.close()
    return round
  } finally {
    for (const each of [...workers, server]) await each.end()
    if (postgres) {
      await postgres.start()
      await ask(postgres.url('postgres'), `drop database if exists ${name} with (force)`)
    }
  }
}

interface Victims {
  data: string
  server: Server
  workers: Server[]
  postgres: Postgres | undefined
}

/** Kills one; undefined when there was none of its kind. */
async function strike(random: Random, { data, server, workers, postgres }: Victims): Promise<Victim | undefined> {
  const kinds: Victim[] = postgres
    ? ['server', 'worker', 'worker', 'wrapper', 'database']
    : ['server', 'server', 'wrapper']
  const kind = random.of(kinds)
  if (kind === 'server') server.kill()
  if (kind === 'worker') random.of(workers).kill()
  if (kind === 'wrapper') {
    const wrappers = await wrappersIn(data)
    if (wrappers.length === 0) return undefined
    try {
      process.kill(random.of(wrappers), 'SIGKILL')
    } catch {
      return undefined
    }
  }
  if (kind === 'database') {
    await postgres!.stop()
    await postgres!.start()
  }
  return kind
}

/** The wrappers of attempts that run: each has its number in its attempt's folder. */
async function wrappersIn(data: string): Promise<number[]> {
  const names = await fs.readdir(join(data, 'work'), { recursive: true }).catch(() => [])
  const found: number[] = []
  for (const name of names.filter(each => each.endsWith('/pid'))) {
    const attempt = join(data, 'work', name, '..')
    const pid = Number(await fs.readFile(join(attempt, 'pid'), 'utf8').catch(() => ''))
    const place = await fs.readlink(`/proc/${pid}/cwd`).catch(() => '')
    if (pid > 1 && place === attempt) found.push(pid)
  }
  return found
}

/** A job that came to its end runs again only where its wrapper was killed before it could write that down. */
async function wrongMarkers(marker: string, wrappers: number): Promise<string[]> {
  const lines = (await fs.readFile(marker, 'utf8')).split('\n').filter(line => line)
  const count = (what: string) =>
    Map.groupBy(
      lines.filter(line => line.endsWith(what)),
      line => line,
    )
  const extra = (what: string) => [...count(what).values()].reduce((sum, same) => sum + same.length - 1, 0)
  const told = (what: string) =>
    [...count(what)].filter(([, same]) => same.length > 1).map(([line, same]) => `${line} ${same.length} times`)
  return ['start', 'end'].flatMap(what =>
    extra(what) > wrappers
      ? [`${extra(what)} jobs ran again, ${wrappers} wrappers were killed: ${told(what).join(', ')}`]
      : [],
  )
}
