/** One run of a scene, on a copy of the prepared world, with one cut or none. */
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { ServeOptions } from '../../src/serve.ts'
import { ask } from '../support/postgres.ts'
import { CarefulClient } from './client.ts'
import type { Folder, Looked } from './look.ts'
import { Died, Helper, type Points, Server } from './server.ts'
import { REUSE, SCENES, SWEEP } from './world.ts'

export interface Place {
  /** holds `world` and `littered` (data folders that are prepared), `volume`, and a folder for each run */
  base: string
  /** address of a server of PostgreSQL, with a prepared database of the name of each */
  postgres?: ((database: string) => string) | undefined
}

export interface Played extends Looked {
  deaths: number
}

let runs = 0

/**
 * @param successor serves in place of the server that died, and looks at what is left
 * @throws when a call is refused, or something never comes about
 */
export async function play(place: Place, scene: string, points: Points, successor: Helper): Promise<Played> {
  const name = `run${process.pid}_${++runs}`
  const [data, volume] = [join(place.base, name), join(place.base, 'volume')]
  const database = place.postgres?.(name)
  const template = scene === SWEEP ? 'littered' : 'world'
  await copied(place, template, name)
  try {
    const folder = { data, volume, database }
    const deaths =
      scene === SWEEP ? await swept(folder, points, successor) : await served(folder, scene, points, successor)
    const looked = (await successor.told({ do: 'look', options: folder })) as Looked
    return { deaths, ...looked }
  } finally {
    successor.errors = ''
    await fs.rm(data, { recursive: true, force: true })
    if (database) await ask(place.postgres!('postgres'), `drop database ${name} with (force)`)
  }
}

/** A data folder, with its database, anew. */
export async function copied({ base, postgres }: Place, from: string, to: string): Promise<void> {
  await Promise.all([
    fs.cp(join(base, from), join(base, to), { recursive: true, preserveTimestamps: true }),
    postgres && ask(postgres('postgres'), `create database ${to} template ${from}`),
  ])
}

/** Plays a scene with a server; gives how often that died. */
async function served(folder: Folder, scene: string, points: Points, successor: Helper): Promise<number> {
  const isolation = scene === REUSE ? 'sandbox' : 'none'
  const server = new Server({ serve: { ...settingsOf(folder), isolation }, points, successor })
  try {
    const token = await tokenOf(folder)
    await SCENES[scene]!(new CarefulClient(() => server.url(), token, scene))
    await server.stop()
    return server.deaths
  } catch (error) {
    throw new Error(`${error instanceof Error ? (error.stack ?? error.message) : error}\n${server.errors}`)
  } finally {
    await server.end()
  }
}

/** Has a folder swept; where that died a server starts there, and it is swept again. */
async function swept(options: Folder, points: Points, successor: Helper): Promise<number> {
  const victim = new Helper(points)
  try {
    await victim.told({ do: 'sweep', options })
    return 0
  } catch (error) {
    if (!(error instanceof Died)) throw error
    await successor.told({ do: 'serve', options: settingsOf(options) })
    await successor.told({ do: 'stop' })
    await successor.told({ do: 'sweep', options })
    return 1
  } finally {
    await victim.end()
  }
}

export async function tokenOf({ data }: Folder): Promise<string> {
  return (await fs.readFile(join(data, 'admin-token'), 'utf8')).trim()
}

export function settingsOf({ data, volume, database }: Folder): ServeOptions {
  const volumes = { allowPaths: [volume] }
  const limits = { 'ballast-bytes': 0 }
  return { data, port: 0, isolation: 'none', volumes, limits, ...(database ? { database } : {}) }
}
