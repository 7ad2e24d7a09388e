/** One run of a scene, on a copy of the prepared world, with one cut or none. */
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { ask } from '../support/postgres.ts'
import { CarefulClient } from './client.ts'
import type { Looked } from './look.ts'
import { type Helper, type Points, Server } from './server.ts'
import { SCENES } from './world.ts'

export interface Place {
  /** holds `world` (a data folder that is prepared), `volume`, and a folder for each run */
  base: string
  /** address of a server of PostgreSQL, with the prepared database `world` */
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
  await Promise.all([
    fs.cp(join(place.base, 'world'), data, { recursive: true, preserveTimestamps: true }),
    database && ask(place.postgres!('postgres'), `create database ${name} template world`),
  ])
  const serve = settingsOf({ data, volume, database })
  const server = new Server({ serve, points, successor })
  try {
    const token = (await fs.readFile(join(data, 'admin-token'), 'utf8')).trim()
    await SCENES[scene]!(new CarefulClient(() => server.url(), token, scene))
    await server.stop()
    const looked = (await successor.told({ do: 'look', options: { data, volume, database } })) as Looked
    return { deaths: server.deaths, ...looked }
  } catch (error) {
    throw new Error(`${error instanceof Error ? (error.stack ?? error.message) : error}\n${server.errors}`)
  } finally {
    await server.end()
    successor.errors = ''
    await fs.rm(data, { recursive: true, force: true })
    if (database) await ask(place.postgres!('postgres'), `drop database ${name} with (force)`)
  }
}

export function settingsOf(of: { data: string; volume: string; database?: string | undefined }) {
  const { data, volume, database } = of
  const volumes = { allowPaths: [volume] }
  const limits = { 'ballast-bytes': 0 }
  return { data, port: 0, isolation: 'none' as const, volumes, limits, ...(database ? { database } : {}) }
}
