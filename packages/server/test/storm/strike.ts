import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { Server } from '../cuts/server.ts'
import type { Postgres } from '../support/postgres.ts'
import type { Random } from './random.ts'

export type Victim = 'server' | 'worker' | 'wrapper' | 'database'

export interface Victims {
  data: string
  server: Server
  workers: Server[]
  postgres: Postgres | undefined
}

/** Kills one; undefined when there was none of its kind, or it was dead already. */
export async function strike(
  random: Random,
  { data, server, workers, postgres }: Victims,
): Promise<Victim | undefined> {
  const kinds: Victim[] = postgres
    ? ['server', 'worker', 'worker', 'wrapper', 'database']
    : ['server', 'server', 'wrapper']
  const kind = random.of(kinds)
  if (kind === 'server' && !server.kill()) return undefined
  if (kind === 'worker' && !random.of(workers).kill()) return undefined
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
    await postgres!.crash()
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
